package dev.retort;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What an application says of itself: OTP's application resource, the {@code .app} file. Immutable;
 * made by {@link #of} and changed by the functions here:
 *
 * <pre>{@code
 * ApplicationSpec.of("shop")
 *     .description("Sells things")
 *     .version("2.1")
 *     .applications("store", "mail")
 *     .env("currency", "EUR")
 *     .env("port", 8080);
 * }</pre>
 *
 * @param name what others call it; one word in lower case, as an Elixir application has it
 * @param description one line for people
 * @param version of this application; empty if it has none
 * @param applications those that must run before this one starts
 * @param optionalApplications those that start before this one where they exist
 * @param env the keys of its environment and their values, unless somebody says otherwise: see
 *     {@link Application#getEnv(String, String)}
 * @param startPhases for which {@link Application#startPhase} is called, in this order
 */
public record ApplicationSpec(
    String name,
    String description,
    String version,
    List<String> applications,
    List<String> optionalApplications,
    Map<String, Object> env,
    List<String> startPhases) {
  /**
   * @throws IllegalArgumentException if a name is empty, or the application depends on itself or
   *     twice on another one
   */
  public ApplicationSpec {
    checkName(name);
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(version, "version");
    applications = List.copyOf(applications);
    optionalApplications = List.copyOf(optionalApplications);
    var seen = new HashSet<String>();
    for (var other : all(applications, optionalApplications)) {
      checkName(other);
      if (other.equals(name)) {
        throw new IllegalArgumentException("application " + name + " depends on itself");
      }
      if (!seen.add(other)) {
        throw new IllegalArgumentException(
            "application " + name + " depends twice on " + other + ": once was expected");
      }
    }
    env = Map.copyOf(env);
    startPhases = List.copyOf(startPhases);
  }

  static void checkName(String name) {
    if (Objects.requireNonNull(name, "an application's name").isBlank()) {
      throw new IllegalArgumentException(
          "an application's name such as shop was expected, this one is blank");
    }
  }

  /** An application that depends on none and has nothing in its environment. */
  public static ApplicationSpec of(String name) {
    return new ApplicationSpec(name, "", "", List.of(), List.of(), Map.of(), List.of());
  }

  /** The same application, described so. */
  public ApplicationSpec description(String description) {
    return new ApplicationSpec(
        name, description, version, applications, optionalApplications, env, startPhases);
  }

  /** The same application in this version. */
  public ApplicationSpec version(String version) {
    return new ApplicationSpec(
        name, description, version, applications, optionalApplications, env, startPhases);
  }

  /** The same application, which needs these to run before it starts, in this order. */
  public ApplicationSpec applications(String... applications) {
    return new ApplicationSpec(
        name, description, version, List.of(applications), optionalApplications, env, startPhases);
  }

  /**
   * The same application, before which these start where they exist; nothing happens where they do
   * not. They need not be among {@link #applications()}.
   */
  public ApplicationSpec optionalApplications(String... applications) {
    return new ApplicationSpec(
        name, description, version, this.applications, List.of(applications), env, startPhases);
  }

  /**
   * The same application, with {@code value} for {@code key} in its environment.
   *
   * @param value a value that nobody changes any more; its type is that of a system property that
   *     takes its place
   */
  public ApplicationSpec env(String key, Object value) {
    var more = new LinkedHashMap<>(env);
    more.put(
        Objects.requireNonNull(key, "key"),
        Objects.requireNonNull(value, () -> "the value for " + key + " is never null"));
    return new ApplicationSpec(
        name, description, version, applications, optionalApplications, more, startPhases);
  }

  /** The same application, which starts in these phases when its supervisor runs. */
  public ApplicationSpec startPhases(String... phases) {
    return new ApplicationSpec(
        name, description, version, applications, optionalApplications, env, List.of(phases));
  }

  /** All that start before this one. */
  List<String> before() {
    return all(applications, optionalApplications);
  }

  private static List<String> all(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}
