package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.retort.term.Atom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApplicationEnvTest {
  private final List<String> properties = new ArrayList<>();

  @BeforeEach
  void beginAnew() {
    Node.current().close();
  }

  @AfterEach
  void leaveNothing() {
    properties.forEach(System::clearProperty);
    Node.current().close();
  }

  private void property(String name, String value) {
    properties.add(name);
    System.setProperty(name, value);
  }

  @Test
  void whatIsPutIsFoundUntilItIsDeleted() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Application.fetchEnv("unknown", "unknown", String.class))
        .withMessageContaining("the application was not loaded nor configured");
    Application.load(ApplicationSpec.of("shop"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Application.fetchEnv("shop", "unknown", String.class))
        .withMessage(
            "could not fetch unknown from the environment of application shop: it was not set");
    assertThat(Application.getEnv("shop", "unknown")).isNull();
    assertThat(Application.getEnv("shop", "unknown", "default")).isEqualTo("default");
    assertThat(Application.fetchEnv("shop", "unknown")).isEmpty();

    Application.putEnv("shop", "unknown", "known");
    assertThat(Application.fetchEnv("shop", "unknown")).contains("known");
    assertThat(Application.fetchEnv("shop", "unknown", String.class)).isEqualTo("known");
    assertThat(Application.getEnv("shop", "unknown", "default")).isEqualTo("known");
    assertThat(Application.getAllEnv("shop")).containsExactly(entry("unknown", "known"));

    Application.deleteEnv("shop", "unknown");
    assertThat(Application.getEnv("shop", "unknown", "default")).isEqualTo("default");
  }

  @Test
  void aValueOfAnotherTypeIsNamed() {
    Application.putEnv("shop", "port", "8080");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Application.fetchEnv("shop", "port", Integer.class))
        .withMessageContaining("as a java.lang.Integer: it is a java.lang.String, \"8080\"");
    assertThatThrownBy(
            () -> {
              int port = Application.getEnv("shop", "port", 80);
              assertThat(port).isZero();
            })
        .isInstanceOf(ClassCastException.class);
  }

  @Test
  void severalApplicationsAreConfiguredAtOnce() {
    Application.putAllEnv(
        Map.of("shop", Map.of("port", 1, "host", "a"), "mail", Map.of("port", 2)));
    assertThat(Application.getAllEnv("shop")).containsOnly(entry("port", 1), entry("host", "a"));
    assertThat(Application.getAllEnv("mail")).containsOnly(entry("port", 2));
  }

  @Test
  void theSpecificationStandsForWhatWasPutBefore() {
    Application.putEnv("shop", "port", 1);
    Application.putEnv("shop", "other", 2);
    Application.load(ApplicationSpec.of("shop").env("port", 8080));
    assertThat(Application.getAllEnv("shop")).containsOnly(entry("port", 8080), entry("other", 2));
    Application.putEnv("shop", "port", 9000);
    assertThat(Application.getEnv("shop", "port")).isEqualTo(9000);
    Application.unload("shop");
    assertThat(Application.getAllEnv("shop")).isEmpty();
  }

  @Test
  void whatIsPersistentStandsForTheSpecification() {
    Application.putPersistentEnv("shop", "port", 1);
    Application.load(ApplicationSpec.of("shop").env("port", 8080));
    assertThat(Application.getEnv("shop", "port")).isEqualTo(1);
    Application.unload("shop");
    Application.load(ApplicationSpec.of("shop").env("port", 8080));
    assertThat(Application.getEnv("shop", "port")).isEqualTo(1);
    Application.deletePersistentEnv("shop", "port");
    assertThat(Application.getEnv("shop", "port")).isNull();
    Application.unload("shop");
    Application.load(ApplicationSpec.of("shop").env("port", 8080));
    assertThat(Application.getEnv("shop", "port")).isEqualTo(8080);
  }

  @Test
  void aSystemPropertyStandsForAValueOfTheSpecificationAndHasItsType() {
    property("shop.port", "9000");
    property("shop.limit", "12345678901");
    property("shop.rate", "0.5");
    property("shop.open", "true");
    property("shop.host", "example.org");
    property("shop.wait", "PT30S");
    property("shop.kind", "small");
    property("shop.level", "ERROR");
    property("shop.unknown", "not of the specification");
    Application.putPersistentEnv("shop", "port", 1);
    Application.load(
        ApplicationSpec.of("shop")
            .env("port", 8080)
            .env("limit", 1L)
            .env("rate", 1.0)
            .env("open", false)
            .env("host", "localhost")
            .env("wait", Duration.ZERO)
            .env("kind", Atom.of("large"))
            .env("level", System.Logger.Level.INFO)
            .env("list", List.of(1)));
    assertThat(Application.getAllEnv("shop"))
        .containsOnly(
            entry("port", 9000),
            entry("limit", 12345678901L),
            entry("rate", 0.5),
            entry("open", true),
            entry("host", "example.org"),
            entry("wait", Duration.ofSeconds(30)),
            entry("kind", Atom.of("small")),
            entry("level", System.Logger.Level.ERROR),
            entry("list", List.of(1)));
  }

  @Test
  void aSystemPropertyThatIsNoSuchValueKeepsTheApplicationFromLoading() {
    property("shop.port", "many");
    refuses(8080, "the system property shop.port is many, not a Integer");
    refuses(true, "true or false was expected");
    refuses(Duration.ZERO, "not a Duration");
    refuses(System.Logger.Level.INFO, "the name of one of its constants was expected");
    refuses(List.of(1), "which has no text");
  }

  private static void refuses(Object value, String message) {
    assertThatThrownBy(() -> Application.load(ApplicationSpec.of("shop").env("port", value)))
        .isInstanceOfSatisfying(
            ApplicationException.class,
            e ->
                assertThat(Kernel.inspect(e.reason()))
                    .startsWith("{:bad_environment_value, {\"shop.port\", "))
        .hasMessageContaining(message);
    assertThat(Application.spec("shop")).isNull();
    assertThat(Application.getAllEnv("shop")).isEmpty();
  }

  @Test
  void aValueIsNeverNullAndNeverChanges() {
    assertThatNullPointerException()
        .isThrownBy(() -> Application.putEnv("shop", "port", null))
        .withMessage("the value for port is never null: deleteEnv takes one out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Application.putEnv("shop", "ports", new ArrayList<>(List.of(1))))
        .withMessageContaining("can still be changed");
  }

  @Test
  void eachNodeHasEnvironmentsOfItsOwn() {
    Application.putEnv("shop", "port", 1);
    var first = Node.current();
    first.close(); // and there is another one
    assertThat(Application.getEnv("shop", "port")).isNull();
    assertThat(first.applications().environment().get("shop", "port")).isEqualTo(1);
  }
}
