package dev.retort.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.Color;
import app.Point;
import app.Report;
import app.Worker;
import dev.retort.Body;
import dev.retort.Down;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.etf.Etf;
import dev.retort.etf.Vocabulary;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.ref.WeakReference;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosureTest {
  /** A JVM that has Retort and the tests' tools, but not the user's classes. */
  private static final class Elsewhere extends ClassLoader {
    Elsewhere() {
      super(Closure.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("app.")) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }

    @Override
    public InputStream getResourceAsStream(String name) {
      return name.startsWith("app/") ? null : super.getResourceAsStream(name);
    }
  }

  /** A JVM that has another version of one of the user's classes. */
  private static final class OtherVersion extends ClassLoader {
    private static final String NAME = "app.Worker";

    OtherVersion() {
      super(Closure.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.equals(NAME)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        var loaded = findLoadedClass(name);
        var file = file();
        return loaded != null ? loaded : defineClass(name, file, 0, file.length);
      }
    }

    @Override
    public InputStream getResourceAsStream(String name) {
      return name.equals(ClosureCode.resource(NAME))
          ? new ByteArrayInputStream(file())
          : super.getResourceAsStream(name);
    }

    private static byte[] file() {
      return ClassFile.of()
          .transformClass(
              ClassFile.of().parse(ClosureCode.classFile(Worker.class)),
              ClassTransform.dropping(SourceFileAttribute.class::isInstance));
    }
  }

  private static Body sent(Body body) {
    return received(Etf.encode(Closure.toTerm(body)));
  }

  private static Body received(byte[] bytes) {
    return Closure.fromTerm(Etf.decode(bytes), new Elsewhere());
  }

  /** What a closure prints in a JVM that has Retort and nothing else. */
  private static List<String> inAnotherJvm(Body body, Path folder) throws Exception {
    var file = Files.write(folder.resolve("closure"), Etf.encode(Closure.toTerm(body)));
    var tools = Files.createDirectories(folder.resolve("tools/dev/retort/node"));
    for (var tool : List.of(ClosureMain.class, Printed.class)) {
      var name = tool.getSimpleName() + ".class";
      try (var in = tool.getResourceAsStream(name)) {
        Files.copy(in, tools.resolve(name));
      }
    }
    var retort = ClosurePrompt.classPath(Etf.class, Body.class, Closure.class);
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                retort + File.pathSeparator + folder.resolve("tools"),
                ClosureMain.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, MINUTES)).isTrue();
    return output.lines().toList();
  }

  @Nested
  class FromTheShell {
    private final ClosurePrompt prompt = new ClosurePrompt();

    @AfterEach
    void close() {
      prompt.close();
    }

    @Test
    void bringsRecordsAndMethodsThatOnlyTheShellDeclares() throws Exception {
      prompt.type("record Hello(Object what) {}").type("int twice(int x) { return 2 * x; }");
      var body =
          prompt.closure(
              """
              () -> { switch ((Object) new Hello(twice(21))) {
                case Hello(Integer n) -> println("hello " + n);
                default -> println("I don't understand");
              } }""");
      var copy = sent(body);
      assertThat(Printed.by(copy)).containsExactly("hello 42");
      assertThat(copy.getClass().getClassLoader()).isNotSameAs(body.getClass().getClassLoader());
      assertThat(copy.getClass().getNestHost().getName()).startsWith("REPL.$JShell$");
    }

    @Test
    void servesItsClassFilesToWhoeverReadsThem() throws Exception {
      prompt.type("record Hello(Object what) {}");
      var host = sent(prompt.closure("() -> println(new Hello(1))")).getClass().getNestHost();
      try (var in = host.getResourceAsStream("/" + host.getName().replace('.', '/') + ".class")) {
        assertThat(in).isNotNull();
        assertThat(in.readAllBytes()).startsWith(0xCA, 0xFE, 0xBA, 0xBE);
      }
    }

    @Test
    void understandsMessagesThatNobodyDeclaredThere() throws Exception {
      prompt.type("import dev.retort.term.*;").type("record Item(String name, int count) {}");
      prompt.type("record Order(java.util.List<Item> items) {}");
      var copy =
          sent(
              prompt.closure(
                  """
                  () -> { switch (dev.retort.Kernel.receive()) {
                    case Order(var items) -> println("order " + items.getFirst().name());
                    default -> println("I don't understand");
                  } }"""));
      var item = Tuple.of(Atom.of("item"), "tea", 2L);
      var order = Tuple.of(Atom.of("order"), List.of(item));
      assertThat(Vocabulary.ofCode(copy.getClass()).read(order))
          .hasToString("Order[items=[Item[name=tea, count=2]]]")
          .satisfies(
              message ->
                  assertThat(message.getClass().getClassLoader())
                      .isSameAs(copy.getClass().getClassLoader()));
    }

    @Test
    void canBeSentOnFromThere() throws Exception {
      prompt.type("record Hello(Object what) {}").type("var who = \"Ann\";");
      assertThat(Printed.by(sent(sent(prompt.closure("() -> println(new Hello(who))")))))
          .containsExactly("Hello[what=Ann]");
    }

    @Test
    void carriesTheValuesThatVariablesHaveWhenItIsSent() throws Exception {
      prompt.type("var who = \"Ann\";");
      var body = prompt.closure("() -> println(who)");
      var asAnn = Etf.encode(Closure.toTerm(body));
      prompt.type("who = \"Bob\";");
      var asBob = Etf.encode(Closure.toTerm(body));
      prompt.type("var who = 7;");
      assertThat(Printed.by(received(asAnn))).containsExactly("Ann");
      assertThat(Printed.by(received(asBob))).containsExactly("Bob");
      assertThat(Printed.by(sent(prompt.closure("() -> println(who)")))).containsExactly("7");
    }

    @Test
    void sharesNoVariableWithOtherClosures() throws Exception {
      prompt.type("int n = 1;").type("int next() { return n++; }");
      var body = prompt.closure("() -> println(next())");
      var first = sent(body);
      var second = sent(body);
      assertThat(Printed.by(first)).containsExactly("1");
      assertThat(Printed.by(first)).containsExactly("2");
      assertThat(Printed.by(second)).containsExactly("1");
      assertThat(Printed.by(body)).containsExactly("1");
    }

    @Test
    void carriesVariablesOfEveryKind() throws Exception {
      prompt
          .type("import java.time.*; import java.util.*;")
          .type("record Item(String name, double price) {}")
          .type(
              "sealed interface Shape { record Circle(int r) implements Shape {}"
                  + " record Square(int a) implements Shape {} }");
      for (var declaration :
          List.of(
              "var a = new ArrayList<>(List.of(new Item(\"tea\", 2.5)));",
              "Map<String, Item> b = Map.of(\"k\", new Item(\"milk\", Double.NaN));",
              "int[][] c = {{1, 2}, {3}};",
              "Shape d = new Shape.Circle(3);",
              "var e = Optional.of(new Shape.Square(4));",
              "var f = 'x';",
              "var g = 2.5f;",
              "var h = (byte) -1;",
              "var i = (short) 300;",
              "Object j = null;",
              "var k = Duration.ofSeconds(90);",
              "var l = new java.math.BigInteger(\"123456789012345678901234567890\");",
              "var m = dev.retort.term.Tuple.of(dev.retort.term.Atom.of(\"ok\"), 1L, new Item(\"x\", 1));",
              "var n = Set.of(Thread.State.NEW);",
              "var o = new TreeMap<>(Map.of(\"b\", 2, \"a\", 1));",
              "Class<?> p = Item.class;",
              "var q = dev.retort.term.Binary.of(\"text\");",
              "var r = \"half \" + (char) 0xD800;",
              "var s = new boolean[] {true, false};",
              "List<Object> t = Arrays.asList(1, null);",
              "var u = new HashMap<>(Map.of(1, 'a')).values();",
              "class Base { static int made = 3; }",
              "class Derived extends Base {}",
              "List<Runnable> v = List.of(() -> println(\"ran\"));",
              "var w = dev.retort.term.Name.of(\"stack\", \"java@host\");")) {
        prompt.type(declaration);
      }
      var body =
          prompt.closure(
              """
              () -> {
                a.add(new Item("bread", 3));
                println(a); println(b); println(Arrays.deepToString(c)); println(d); println(e);
                println(f); println(g); println(h); println(i); println(j); println(k); println(l);
                println(m.size()); println(n); println(o); println(p.getSimpleName());
                println(q.size()); println(r.length()); println(Arrays.toString(s)); println(t);
                println(u); println(Derived.made); v.getFirst().run(); println(w);
              }""");
      var copy = sent(body);
      var there = Printed.by(copy);
      assertThat(there).isEqualTo(Printed.by(body));
      assertThat(there).startsWith("[Item[name=tea, price=2.5], Item[name=bread, price=3.0]]");
    }

    @Test
    void carriesOtherClosuresInVariables() throws Exception {
      prompt
          .type("var who = \"Ann\";")
          .type("Body greet = () -> println(\"hi \" + who);")
          .type("Body twice = () -> { greet.run(); greet.run(); };");
      assertThat(Printed.by(sent(prompt.closure("() -> twice.run()"))))
          .containsExactly("hi Ann", "hi Ann");
      assertThat(Printed.by(sent(prompt.closure("twice")))).containsExactly("hi Ann", "hi Ann");
    }

    @Test
    void carriesLambdasThatAreNotSerializable() throws Exception {
      prompt
          .type("import java.util.*; import java.util.function.*;")
          .type("var factor = 2;")
          .type("Function<Integer, Integer> times(int n) { return x -> n * x * factor; }")
          .type("Supplier<List<String>> list = ArrayList::new;")
          .type("UnaryOperator<String> louder = s -> s + \"!\";")
          .type("Comparator<String> byLength = (a, b) -> a.length() - b.length();")
          .type("var triple = times(3);");
      var body =
          prompt.closure(
              """
              () -> {
                var words = list.get();
                words.add("three"); words.add("one");
                words.sort(byLength);
                println(louder.apply(words.toString() + triple.apply(7)));
              }""");
      assertThat(Printed.by(sent(body))).containsExactly("[one, three]42!");
      assertThat(Printed.by(sent(sent(body)))).containsExactly("[one, three]42!");
    }

    @Test
    void saysWhatToDoAboutALambdaThatItCannotTellFromOthers() {
      prompt
          .type("import java.util.*; import java.util.function.*;")
          .type("var both = List.<Supplier<Integer>>of(() -> 1, () -> 2);")
          .type("var order = Comparator.comparing(String::length);");
      assertThatThrownBy(() -> sent(prompt.closure("() -> println(both)")))
          .hasMessageContaining("shell variable both is a java.util.function.Supplier")
          .hasMessageContaining("a lambda that is not Serializable. Declare it as a Body, or cast");
      assertThatThrownBy(() -> sent(prompt.closure("() -> println(order)")))
          .hasMessageContaining("cannot leave its JVM");
    }

    @Test
    void carriesAClosureThatMentionsItself() throws Exception {
      prompt
          .type("int left = 3;")
          .type("Body count = null;")
          .type("count = () -> { println(left); if (--left > 0) count.run(); };");
      assertThat(Printed.by(sent(prompt.closure("count")))).containsExactly("3", "2", "1");
    }

    @Test
    void leavesBehindWhatItDoesNotMention() throws Exception {
      prompt
          .type("var thread = Thread.currentThread();")
          .type("var socket = new java.net.ServerSocket(0);")
          .type("var out = System.out;")
          .type("var who = \"Ann\";");
      try {
        assertThat(Printed.by(sent(prompt.closure("() -> println(who)")))).containsExactly("Ann");
      } finally {
        prompt.type("socket.close();");
      }
    }

    @Test
    void leavesBehindAVariableThatOnlyItsOwnDeclarationMentions() throws Exception {
      prompt.type(
          "var holder = new Thread(() -> {"
              + " keep(() -> println(\"made beside a thread\")); });");
      prompt.type("holder.start(); holder.join();");
      assertThat(Printed.by(sent(Printed.kept()))).containsExactly("made beside a thread");
    }

    @Test
    void saysWhichVariableCannotLeave() {
      prompt.type("record Config(String name, Thread thread) {}");
      prompt.type("var thread = Thread.currentThread();");
      prompt.type("var config = new Config(\"c\", thread);");
      assertThatThrownBy(() -> sent(prompt.closure("() -> println(thread)")))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining(
              "shell variable thread is a java.lang.Thread, which cannot leave its JVM")
          .hasMessageContaining("A closure can carry numbers, strings");
      assertThatThrownBy(() -> sent(prompt.closure("() -> println(config)")))
          .hasMessageContaining(
              "shell variable config, component thread of Config is a java.lang.Thread");
    }

    @Test
    void keepsTheClassesItWasWrittenWithWhenTheyAreRedefined() throws Exception {
      prompt.type("record Hello(int what) {}");
      var before = sent(prompt.closure("() -> println(new Hello(1))"));
      prompt.type("record Hello(String who, String from) {}");
      var after = sent(prompt.closure("() -> println(new Hello(\"Ann\", \"Bob\"))"));
      assertThat(Printed.by(before)).containsExactly("Hello[what=1]");
      assertThat(Printed.by(after)).containsExactly("Hello[who=Ann, from=Bob]");
    }

    @Test
    void carriesClassesEnumsAndInterfacesOfTheShell() throws Exception {
      prompt
          .type("enum Level { LOW, HIGH }")
          .type(
              "interface Named { String name(); default String loud() { return name() + \"!\"; } }")
          .type("class Base { static int made; int id = ++made; }")
          .type(
              "class Person extends Base implements Named {"
                  + " final String name; Level level = Level.HIGH; Person(String n) { name = n; }"
                  + " public String name() { return name; } }")
          .type("var ann = new Person(\"Ann\");");
      assertThat(
              Printed.by(
                  sent(
                      prompt.closure(
                          "() -> println(ann.loud() + ann.id + ann.level + (ann.level == Level.HIGH)"
                              + " + new Person(\"Bob\").id)"))))
          .containsExactly("Ann!1HIGHtrue2");
    }

    @Test
    void hasItsVariablesBeforeAnyClassIsInitialized() throws Exception {
      prompt
          .type("var who = \"Ann\";")
          .type("class Greeter { static final String GREETING = \"hi \".concat(who); }")
          .type("var greeter = new Greeter();");
      assertThat(Printed.by(sent(prompt.closure("() -> println(greeter.GREETING)"))))
          .containsExactly("hi Ann");
    }

    @Test
    void canBeAnAnonymousClassOrAMethodReference() throws Exception {
      prompt
          .type("var who = \"Ann\";")
          .type("void greet() { println(\"hi \" + who); }")
          .type("class Greeter { void greet() { println(\"ho \" + who); } }");
      assertThat(
              Printed.by(
                  sent(prompt.closure("new Body() { public void run() { println(who); } }"))))
          .containsExactly("Ann");
      assertThat(Printed.by(sent(prompt.closure("new Greeter()::greet"))))
          .containsExactly("ho Ann");
    }

    @Test
    void takesNoMemoryWhenItHasEnded() throws Exception {
      prompt.type("record Hello(Object what) {}").type("var who = \"Ann\";");
      var bytes = Etf.encode(Closure.toTerm(prompt.closure("() -> println(new Hello(who))")));
      var loader = runOnce(bytes);
      await()
          .until(
              () -> {
                System.gc();
                return loader.get() == null;
              });
    }

    /** As a process, and as messages to it are read. */
    private static WeakReference<ClassLoader> runOnce(byte[] bytes) throws Exception {
      var body = received(bytes);
      var loader = new WeakReference<>(body.getClass().getClassLoader());
      assertThat(Vocabulary.ofCode(body.getClass()).read(Tuple.of(Atom.of("hello"), 1L)))
          .hasToString("Hello[what=1]");
      var printed = Printed.by(() -> Node.current().run(() -> runToItsEnd(body)));
      assertThat(printed).containsExactly("Hello[what=Ann]");
      return loader;
    }

    private static Down runToItsEnd(Body body) {
      var unused = Kernel.spawnMonitor(body);
      return Kernel.receive(Down.class);
    }

    @Test
    void isSmall() {
      prompt.type("record Hello(Object what) {}").type("var who = \"Ann\";");
      var body =
          prompt.closure(
              """
              () -> { switch ((Object) new Hello(who)) {
                case Hello(String s) -> println(s);
                default -> println("I don't understand");
              } }""");
      assertThat(Etf.encode(Closure.toTerm(body))).hasSizeLessThan(10_000);
    }

    @Test
    void runsInAnotherJvm(@TempDir Path folder) throws Exception {
      prompt.type("record Hello(Object what) {}").type("var who = \"Ann\";");
      var body =
          prompt.closure(
              """
              () -> { switch ((Object) new Hello(who)) {
                case Hello(String s) -> println("hello " + s);
                default -> println("I don't understand");
              } }""");
      assertThat(inAnotherJvm(body, folder)).containsExactly("hello Ann");
    }
  }

  @Nested
  class FromAnApplication {
    @Test
    void bringsItsClassesAndWhatItCaptured() throws Exception {
      var numbers = new HashMap<Color, int[]>(Map.of(Color.RED, new int[] {1, 2}));
      var body = Worker.reports(new Report("r", List.of(new Point(3, 4))), Color.GREEN, numbers);
      var copy = sent(body);
      assertThat(Printed.by(copy)).containsExactly("r34greentrue2");
      assertThat(copy.getClass().getNestHost()).isNotSameAs(Worker.class);
    }

    @Test
    void runsInAnotherJvm(@TempDir Path folder) throws Exception {
      var report = new Report("r", List.of(new Point(3, 4)));
      var body = Worker.reports(report, Color.GREEN, Map.of(Color.RED, new int[] {1, 2}));
      assertThat(inAnotherJvm(body, folder)).containsExactly("r34greentrue2");
    }

    @Test
    void usesTheClassesThatAreThereIfTheyAreTheSame() throws Exception {
      var copy = Closure.fromTerm(Closure.toTerm(Worker.nested(Worker.running())));
      assertThat(copy.getClass().getNestHost()).isSameAs(Worker.class);
      assertThat(Printed.by(copy)).containsExactly("outer", "at work", "at work");
    }

    @Test
    void usesItsOwnClassesWhereThoseThatAreThereDiffer() throws Exception {
      var parent = new OtherVersion();
      assertThat(parent.loadClass("app.Worker")).isNotSameAs(Worker.class);
      var copy = Closure.fromTerm(Closure.toTerm(Worker.running()), parent);
      assertThat(copy.getClass().getClassLoader()).isInstanceOf(ClosureLoader.class);
      assertThat(Printed.by(copy)).containsExactly("at work");
    }

    @Test
    void capturesThis() throws Exception {
      assertThat(Printed.by(sent(new Worker("Ann").greet())))
          .containsExactly("I am Ann, true, null");
    }

    @Test
    void canBeAMethodReference() throws Exception {
      assertThat(Printed.by(sent(Worker.running()))).isEqualTo(List.of("at work"));
      assertThat(Printed.by(sent(new Worker("Ann").working()))).isEqualTo(List.of("Ann works"));
    }

    @Test
    void canBeARecordOrAnObject() throws Exception {
      assertThat(Printed.by(sent(new Worker.Errand("paint", Color.GREEN))))
          .containsExactly("paint green");
      assertThat(Printed.by(sent(new Worker.Job(5, new Point(1, 2)))))
          .containsExactly("5Point[x=1, y=2]");
    }

    @Test
    void carriesClosuresInClosures() throws Exception {
      assertThat(Printed.by(sent(Worker.nested(new Worker.Errand("sing", Color.RED)))))
          .containsExactly("outer", "sing RED", "sing RED");
    }

    @Test
    void startsItsStaticFieldsAfresh() throws Exception {
      assertThat(Printed.by(sent(Worker.Counter.counting()))).containsExactly("[started] 1");
    }

    @Test
    void saysWhatMakesItTooLarge() {
      assertThatThrownBy(() -> new ClosureWriter(1000).closure(new Worker("Ann").greet()))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("larger than 1000 bytes. Most of it is in app (");
    }

    @Test
    void saysWhatItCapturedThatCannotLeave() throws Exception {
      try (var socket = new ServerSocket(0)) {
        assertThatThrownBy(() -> Closure.toTerm(Worker.reports(null, socket, Map.of())))
            .hasMessageContaining("a captured value is a java.net.ServerSocket");
      }
    }
  }

  @Nested
  class ThatIsNone {
    @Test
    void isRefusedWithAReason() {
      assertThatThrownBy(() -> Closure.fromTerm(Atom.of("hello")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("not a closure of Retort");
      var future = Tuple.of(Atom.of("retort_closure"), 9L, Map.of(), List.of(), Tuple.of());
      assertThatThrownBy(() -> Closure.fromTerm(future)).hasMessageContaining("form 9");
      for (Object root :
          List.of(
              1L,
              Tuple.of(),
              Tuple.of(1L),
              Tuple.of(Atom.of("lambda")),
              Tuple.of(Atom.of("object"), "java.lang.Thread", List.of()),
              Tuple.of(Atom.of("record"), "nowhere.Nothing", List.of()),
              Tuple.of(Atom.of("again"), 5L))) {
        var term = Tuple.of(Atom.of("retort_closure"), 1L, Map.of(), List.of(), root);
        assertThatThrownBy(() -> Closure.fromTerm(term))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }

    @Test
    void isRefusedOrReadWhateverIsDamaged() {
      var report = new Report("r", List.of(new Point(3, 4)));
      var bytes = Etf.encode(Closure.toTerm(Worker.reports(report, Color.GREEN, Map.of())));
      var random = new Random(1);
      int refused = 0;
      for (int i = 0; i < 1000; i++) {
        var damaged = bytes.clone();
        // Most of the bytes are class files, which the JVM checks; the rest is at both ends.
        int at =
            random.nextBoolean() ? bytes.length - 1 - random.nextInt(400) : random.nextInt(200);
        damaged[at] = (byte) random.nextInt();
        try {
          received(damaged);
        } catch (IllegalArgumentException expected) {
          refused++;
        }
      }
      assertThat(refused).isPositive();
    }
  }
}
