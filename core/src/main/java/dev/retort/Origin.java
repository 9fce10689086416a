package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import org.jspecify.annotations.Nullable;

/** What Erlang's tools are told of the function that a process was started with. */
final class Origin {
  private static final Tuple PROC_LIB = Tuple.of(Atom.of("proc_lib"), Atom.of("init_p"), 5L);
  private static final Atom INIT = Atom.of("init");
  private static final Atom RUN = Atom.of("run");
  private static final Atom SUPERVISOR = Atom.of("supervisor");

  private Origin() {}

  /** A body that calls a function which another node has named. */
  interface Named {
    /** {@code {Module, Function, Arity}}. */
    Tuple initialCall();
  }

  /** {@code initial_call} of {@code process_info/2}: {@code {Module, Function, Arity}}. */
  static Tuple initialCall(Object code) {
    return switch (code) {
      case Behaviour behaviour -> PROC_LIB;
      case Named named -> named.initialCall();
      default -> Tuple.of(module(code.getClass()), RUN, 0L);
    };
  }

  /** What {@code proc_lib} keeps under {@code $initial_call}; null for a plain process. */
  static @Nullable Tuple translatedCall(Object code) {
    return switch (code) {
      case TaskProcess task -> Tuple.of(module(task.code()), RUN, 0L);
      case Behaviour behaviour when isSupervisor(behaviour) ->
          Tuple.of(SUPERVISOR, module(face(behaviour.code())), 1L);
      case Behaviour behaviour -> Tuple.of(module(behaviour.code()), INIT, 1L);
      default -> null;
    };
  }

  /** {@code gen_server}, {@code gen_statem} or {@code supervisor}; null for none of them. */
  static @Nullable Atom behaviour(Object code) {
    return switch (code) {
      case Behaviour behaviour when isSupervisor(behaviour) -> SUPERVISOR;
      case SystemLoop loop -> loop.module();
      default -> null;
    };
  }

  private static boolean isSupervisor(Behaviour behaviour) {
    var code = behaviour.code();
    return code == SupervisorServer.class || code == DynamicSupervisorServer.class;
  }

  /** The class that users call. */
  private static Class<?> face(Class<?> supervisor) {
    return supervisor == SupervisorServer.class ? Supervisor.class : DynamicSupervisor.class;
  }

  /** The name of a class, as far as an atom can hold it. */
  private static Atom module(Class<?> code) {
    var name = ChildSpec.nameOf(code);
    return Atom.of(name.length() <= Atom.MAX_LENGTH ? name : name.substring(0, Atom.MAX_LENGTH));
  }
}
