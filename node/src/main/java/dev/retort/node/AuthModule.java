package dev.retort.node;

import dev.retort.Export;
import dev.retort.Node;
import dev.retort.term.Atom;

/**
 * The module {@code auth}: whether another node lets this one in. Cookies are neither told nor
 * changed: one node may have a cookie that others do not know.
 */
final class AuthModule {
  @Export
  Atom isAuth(Atom node) {
    return Node.ping(node.name()) ? NetKernel.YES : NetKernel.NO;
  }
}
