package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All other tests run on the class path; an application may also have Retort as modules. */
class ModulesTest {
  @RegisterExtension final Nodes nodes = new Nodes();

  @Test
  void aNodeStartsFromModules() throws Exception {
    var boot = ModuleLayer.boot();
    var found = ModuleFinder.of(jars());
    var configuration =
        boot.configuration()
            .resolveAndBind(ModuleFinder.of(), found, Set.of("dev.retort.core", "dev.retort.node"));
    var layer =
        boot.defineModulesWithOneLoader(configuration, ClassLoader.getPlatformClassLoader());
    var node = layer.findLoader("dev.retort.core").loadClass("dev.retort.Node");
    assertThat(node.getModule().getName()).isEqualTo("dev.retort.core");
    var options = layer.findLoader("dev.retort.core").loadClass("dev.retort.NodeOptions");

    var given = options.getMethod("shortName", String.class).invoke(null, nodes.name("modules"));
    given = options.getMethod("withCookie", String.class).invoke(given, nodes.cookie());
    try (var started = (AutoCloseable) node.getMethod("start", options).invoke(null, given)) {
      assertThat(started.getClass()).isEqualTo(node);
      var iex = nodes.iex("elixir");
      assertThat(iex.value("Node.ping(:\"" + nodes.node("modules") + "\")")).isEqualTo(":pong");
    }
  }

  /** The jars that jex was built of. */
  private static Path jars() throws IOException {
    var jex = Nodes.HOME.resolve(".jex");
    return jex.resolve(Files.readString(jex.resolve("current")).strip());
  }
}
