package dev.retort;

import dev.retort.term.Atom;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A module of Java functions that other nodes may call: what {@code rpc}, {@code erpc}, {@code
 * Node.spawn/4} and Elixir's {@code Task.Supervisor.async/4} of an Erlang or Elixir node find on
 * this one.
 *
 * <pre>{@code
 * record Prices(Map<String, Double> net) {
 *   @Export
 *   double net(String article) {
 *     return net.get(article);
 *   }
 * }
 *
 * Node.current().export(Exports.of("Elixir.Prices", new Prices(Map.of("tea", 2.5))));
 * Erpc.call(Node.self().name(), "Elixir.Prices", "net", List.of("tea"), Double.class); // => 2.5
 * }</pre>
 *
 * <p>From Elixir: {@code :erpc.call(:"java@host", Prices, :net, ["tea"])}.
 *
 * <p>Nothing can be called but the methods that are marked with {@link Export}, of the objects and
 * classes that were given to the node: not other methods, not other classes, nothing of the JDK,
 * and of Retort what Erlang's tools ask to observe a node. Whoever knows the node's cookie may call
 * all of them, with any arguments.
 *
 * <p>Arguments become what the parameters' types say, exactly or not at all, as with the components
 * of a record: an {@code int} takes integers from -2³¹ to 2³¹-1 and nothing else, records and enums
 * are those that the method's own code mentions. Where one does not fit, the caller gets {@code
 * function_clause}, and the log says which and why. The result goes back as its term; that of a
 * {@code void} method is {@code ok}. An exception is an error of the caller's call, with its class
 * and message as the reason: {@code {:illegal_state_exception, "sold out"}}; {@link
 * Kernel#exit(Object)} is an exit, and an {@link ErlangException} whatever it says. A function that
 * does not exist is {@code undef}.
 *
 * <p>Each call runs in a process of its own, whose output goes to the caller's node; an agent's
 * function runs in the agent. Methods of one object may run at the same time. Immutable.
 */
public final class Exports {
  private final Atom module;
  private final Map<Key, ExportedFunction> functions = new LinkedHashMap<>();

  private record Key(Atom name, int arity) {}

  private Exports(String module, Class<?> code, @Nullable Object target) {
    this.module = Atom.of(Objects.requireNonNull(module, "module"));
    var methods =
        Arrays.stream(code.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Export.class) && !method.isBridge())
            .sorted(Comparator.comparing(Object::toString))
            .toList();
    for (var method : methods) {
      if (target == null && !Modifier.isStatic(method.getModifiers())) {
        throw new IllegalArgumentException(
            method + " is marked with @Export and not static: an object was expected, not a class");
      }
      var function = ExportedFunction.of(method, target);
      var other = functions.put(new Key(function.name(), function.arity()), function);
      if (other != null) {
        throw new IllegalArgumentException(
            "one method was expected for "
                + function.name().name()
                + "/"
                + function.arity()
                + ", there are "
                + other.method()
                + " and "
                + method
                + ": give one of them another name with @Export(\"name\")");
      }
    }
    if (functions.isEmpty()) {
      throw new IllegalArgumentException(
          "a method marked with @Export was expected in " + code.getName() + ", there is none");
    }
  }

  /**
   * The static methods of a class that are marked.
   *
   * @param module the module's name, taken literally: {@code "prices"} for Erlang's {@code prices},
   *     {@code "Elixir.Prices"} for Elixir's {@code Prices}
   * @throws IllegalArgumentException if none is marked, one that is marked is not static or cannot
   *     be reached, or two have the same name and number of parameters
   */
  public static Exports of(String module, Class<?> code) {
    return new Exports(module, Objects.requireNonNull(code, "code"), null);
  }

  /**
   * The methods of an object's class that are marked, static or not, called on that object.
   *
   * @param module as above
   * @param target for instance a record with what the functions need; shared by all calls
   * @throws IllegalArgumentException as above
   */
  public static Exports of(String module, Object target) {
    return target instanceof Class<?> code
        ? of(module, code)
        : new Exports(module, Objects.requireNonNull(target, "target").getClass(), target);
  }

  /** The module's name. */
  public Atom module() {
    return module;
  }

  /** Its functions, as {@code net/1}. */
  public List<String> functions() {
    return functions.keySet().stream().map(key -> key.name.name() + "/" + key.arity).toList();
  }

  @Nullable ExportedFunction function(Atom name, int arity) {
    return functions.get(new Key(name, arity));
  }

  @Override
  public String toString() {
    return "Exports[" + module + functions() + "]";
  }
}
