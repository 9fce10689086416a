package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.etf.Vocabulary;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.TypeVariable;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Null for an argument that is not {@link Nullable}: each public function refuses it at once, in
 * its caller, with a message of its own. No server that it would have been sent to sees it.
 */
@Timeout(30)
class NullArgumentTest {
  private static final List<Class<?>> CLASSES =
      List.of(
          Agent.class,
          Call.Term.class,
          Down.class,
          Exit.class,
          ExitException.class,
          GenServer.class,
          GroupLeader.class,
          Kernel.class,
          LongMessageQueue.class,
          MailboxLimit.class,
          Node.class,
          NodeDown.class,
          NodeOptions.class,
          Option.InitTimeout.class,
          Option.Named.class,
          ProcessDictionary.class,
          Registry.class,
          Registry.Entry.class,
          ChildSpec.class,
          DynamicSupervisor.class,
          PartitionSupervisor.class,
          StateMachine.class,
          Strategy.class,
          Supervisor.class,
          Sys.class,
          Task.class,
          TaskSupervisor.class,
          dev.retort.Timeout.class);

  private static final String REGISTRY = "null_argument_test";

  private static Pid agent;
  private static Map<Class<?>, Object> samples;

  /** An argument, of whatever value the functions let pass. */
  private static Object sample(Class<?> type) {
    return type.isEnum()
        ? type.getEnumConstants()[0]
        : Objects.requireNonNull(samples.get(type), () -> "a sample is needed here of " + type);
  }

  @BeforeAll
  static void makeSamples() throws Exception {
    agent = Agent.start(() -> 1);
    Registry.start(Registry.Keys.UNIQUE, REGISTRY);
    samples =
        Map.ofEntries(
            Map.entry(Atom.class, Atom.OK),
            Map.entry(Body.class, (Body) () -> {}),
            Map.entry(boolean.class, true),
            Map.entry(Call.class, new Call.Term(Atom.OK)),
            Map.entry(Callable.class, (Callable<?>) () -> 1),
            Map.entry(Class.class, String.class),
            Map.entry(Consumer.class, (Consumer<?>) any -> {}),
            Map.entry(Dest.class, agent),
            Map.entry(Duration.class, Duration.ofMillis(1)),
            Map.entry(From.class, new From(agent, Atom.OK)),
            Map.entry(Function.class, Function.identity()),
            Map.entry(InetAddress.class, InetAddress.getLoopbackAddress()),
            Map.entry(int.class, 1),
            Map.entry(long.class, 1L),
            Map.entry(ChildSpec.class, Supervisor.child("id", () -> null)),
            Map.entry(ChildSpec[].class, new ChildSpec[0]),
            Map.entry(Strategy.class, Supervisor.oneForOne()),
            Map.entry(List.class, List.of()),
            Map.entry(MailboxLimit.class, MailboxLimit.alarmAt(1)),
            Map.entry(Node.class, Node.current()),
            Map.entry(NodeOptions.class, NodeOptions.shortName("x")),
            Map.entry(NodeType[].class, new NodeType[0]),
            Map.entry(Object.class, Atom.OK),
            Map.entry(Option[].class, new Option[0]),
            Map.entry(Path.class, Path.of("x")),
            Map.entry(Pid.class, agent),
            Map.entry(Predicate.class, (Predicate<?>) any -> true),
            Map.entry(Ref.class, Kernel.makeRef()),
            Map.entry(String.class, REGISTRY),
            Map.entry(Supplier.class, (Supplier<?>) () -> null),
            Map.entry(UnaryOperator.class, UnaryOperator.identity()),
            Map.entry(Vocabulary.class, Vocabulary.EMPTY));
  }

  @AfterAll
  static void allServersAreAlive() {
    assertThat(Agent.<Integer, Integer>get(agent, n -> n)).isEqualTo(1);
    assertThat(Registry.count(REGISTRY)).isZero();
    Agent.stop(agent);
    GenServer.stop(dev.retort.term.Name.of(REGISTRY));
  }

  record Argument(Executable function, int index) {
    boolean mayNotBeNull() {
      return !function.getParameterTypes()[index].isPrimitive()
          && !function.getAnnotatedParameterTypes()[index].isAnnotationPresent(Nullable.class)
          && !isState();
    }

    /** A state, a reply or a result: whether it may be null is the affair of those who use it. */
    private boolean isState() {
      return function.getGenericParameterTypes()[index] instanceof TypeVariable<?> type
          && List.of("S", "R", "T").contains(type.getName());
    }

    /** Calls the function with samples, and null here. */
    Object callWithNull() throws Exception {
      var types = function.getParameterTypes();
      var arguments = new Object[types.length];
      for (int i = 0; i < types.length; i++) {
        arguments[i] = i == index ? null : sample(types[i]);
      }
      try {
        return switch (function) {
          case Constructor<?> constructor -> constructor.newInstance(arguments);
          case Method method -> {
            boolean isStatic = Modifier.isStatic(method.getModifiers());
            yield method.invoke(isStatic ? null : sample(method.getDeclaringClass()), arguments);
          }
        };
      } catch (InvocationTargetException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }

    @Override
    public String toString() {
      return function.toGenericString() + ", argument " + (index + 1);
    }
  }

  static Stream<Argument> arguments() {
    return CLASSES.stream()
        .flatMap(NullArgumentTest::functions)
        .flatMap(
            function ->
                IntStream.range(0, function.getParameterCount())
                    .mapToObj(index -> new Argument(function, index)))
        .filter(Argument::mayNotBeNull);
  }

  private static Stream<Executable> functions(Class<?> type) {
    return Stream.<Executable>concat(
            Stream.of(type.getDeclaredConstructors()), Stream.of(type.getDeclaredMethods()))
        .filter(function -> Modifier.isPublic(function.getModifiers()) && !function.isSynthetic())
        .filter(function -> !isCallback(function))
        .filter(function -> !List.of("equals", "unknown").contains(function.getName()));
  }

  private static boolean isCallback(Executable function) {
    return function.getDeclaringClass().isInterface()
        && !Modifier.isStatic(function.getModifiers());
  }

  @ParameterizedTest
  @MethodSource("arguments")
  void isRefused(Argument argument) {
    assertThatThrownBy(() -> Node.current().run(argument::callWithNull))
        .isInstanceOf(NullPointerException.class)
        .message()
        .as(argument.toString())
        .isNotNull()
        .doesNotStartWith("Cannot "); // as the JVM's own begin
  }
}
