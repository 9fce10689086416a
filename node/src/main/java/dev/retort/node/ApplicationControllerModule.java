package dev.retort.node;

import dev.retort.Export;
import dev.retort.term.Atom;
import org.jspecify.annotations.Nullable;

/** The module {@code application_controller}: who leads an application's processes. */
final class ApplicationControllerModule {
  private final LocalNode local;

  ApplicationControllerModule(LocalNode local) {
    this.local = local;
  }

  @Export
  Object getMaster(Atom application) {
    return local.host().runningApplications().stream()
        .filter(each -> each.spec().name().equals(application.name()))
        .<@Nullable Object>map(each -> each.master())
        .filter(master -> master != null)
        .findFirst()
        .orElse(Atom.UNDEFINED);
  }
}
