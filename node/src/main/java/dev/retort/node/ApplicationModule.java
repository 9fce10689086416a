package dev.retort.node;

import static dev.retort.node.ErlangTerms.charlist;
import static dev.retort.node.ErlangTerms.pair;

import dev.retort.ApplicationSpec;
import dev.retort.Export;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The module {@code application}: which there are and what they are. Their environments, in which
 * passwords may be, are not told.
 */
final class ApplicationModule {
  private final LocalNode local;

  ApplicationModule(LocalNode local) {
    this.local = local;
  }

  @Export
  Object whichApplications() {
    return local.host().runningApplications().stream()
        .map(application -> described(application.spec()))
        .toList();
  }

  @Export
  Object whichApplications(Object timeout) {
    return whichApplications();
  }

  @Export
  Object loadedApplications() {
    return local.host().loadedApplications().stream().map(ApplicationModule::described).toList();
  }

  /** {@code {Name, Description, Version}}. */
  static Tuple described(ApplicationSpec spec) {
    return Tuple.of(Atom.of(spec.name()), charlist(spec.description()), charlist(spec.version()));
  }

  /** The application of a process, by its group leader. */
  @Export
  Object getApplication(Pid pid) {
    var details = local.isOurs(pid) ? local.host().details(pid, false) : null;
    if (details == null) {
      return Atom.UNDEFINED;
    }
    var leader = details.info().groupLeader();
    return local.host().runningApplications().stream()
        .filter(application -> Objects.equals(application.master(), leader))
        .findFirst()
        .<Object>map(application -> Tuple.of(Atom.OK, Atom.of(application.spec().name())))
        .orElse(Atom.UNDEFINED);
  }

  /**
   * Where a terminal looks for another first line of a shell; there is none, as there is no
   * environment for others.
   */
  @Export
  Object getEnv(Atom application, Atom key, Object otherwise) {
    return otherwise;
  }

  @Export
  Object getKey(Atom application, Atom key) {
    var spec = spec(application);
    var value = spec == null ? null : value(spec, key.name());
    return value == null ? Atom.UNDEFINED : Tuple.of(Atom.OK, value);
  }

  @Export
  Object getAllKey(Atom application) {
    var spec = spec(application);
    if (spec == null) {
      return Atom.UNDEFINED;
    }
    var all = new ArrayList<Object>();
    for (var key : List.of("description", "vsn", "applications", "optional_applications")) {
      all.add(pair(key, Objects.requireNonNull(value(spec, key))));
    }
    return Tuple.of(Atom.OK, all);
  }

  private @Nullable ApplicationSpec spec(Atom application) {
    return local.host().loadedApplications().stream()
        .filter(each -> each.name().equals(application.name()))
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Object value(ApplicationSpec spec, String key) {
    return switch (key) {
      case "description" -> charlist(spec.description());
      case "vsn" -> charlist(spec.version());
      case "applications" -> names(spec.applications());
      case "optional_applications" -> names(spec.optionalApplications());
      default -> null;
    };
  }

  private static List<Atom> names(List<String> applications) {
    return applications.stream().map(Atom::of).toList();
  }
}
