package dev.retort.node;

import dev.retort.term.Binary;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The code of one class that travels: its class file, and what that refers to. Read once per class.
 *
 * @param file the class file
 * @param uses the classes that the class file mentions and that travel too
 * @param variables the shell's variables that the class file mentions
 */
record ClosureCode(Binary file, List<Class<?>> uses, List<Field> variables) {
  /** Where JShell puts what is typed; its variables are public static fields there. */
  private static final String SHELL = "REPL.";

  /** The method in which JShell wraps what it runs once, at the prompt. */
  private static final String TYPED = "do_it$";

  /** Every Retort has these. Other packages below dev.retort are those of programs. */
  private static final Set<String> RETORT =
      Set.of(
          "dev.retort",
          "dev.retort.etf",
          "dev.retort.node",
          "dev.retort.shell",
          "dev.retort.spi",
          "dev.retort.term");

  /** A class in a descriptor or in a generic signature. */
  private static final Pattern MENTIONED = Pattern.compile("L([^;:<>\\[\\].()\\s]+)[;<]");

  private static final Pattern LINE = Pattern.compile("REPL\\.\\$JShell\\$(\\d{1,9})");

  private static final ClassValue<ClosureCode> CODE =
      new ClassValue<>() {
        @Override
        protected ClosureCode computeValue(Class<?> type) {
          return read(type);
        }
      };

  static ClosureCode of(Class<?> type) {
    return CODE.get(type);
  }

  /** Whether the other node cannot be assumed to have this class. */
  static boolean travels(Class<?> type) {
    if (type.isArray()) {
      return travels(type.getComponentType());
    }
    if (type.isPrimitive() || type.getClassLoader() == null) {
      return false;
    }
    var module = type.getModule().getName();
    return !(module != null && (module.startsWith("java.") || module.startsWith("jdk.")))
        && !RETORT.contains(type.getPackageName());
  }

  /** Whether a loader has a class of this name with the very same code. */
  static boolean isHere(String className, Binary file, ClassLoader loader) {
    try {
      var type = Class.forName(className, false, loader);
      return travels(type) && of(type).file().equals(file);
    } catch (ClassNotFoundException | LinkageError | UnsupportedOperationException e) {
      return false; // what cannot be loaded or read is not the same
    }
  }

  static boolean isShell(String className) {
    return className.startsWith(SHELL);
  }

  /** Which of the things typed at the prompt a class belongs to, counted by JShell. */
  static int line(Class<?> type) {
    var line = LINE.matcher(type.getName());
    return line.lookingAt() ? Integer.parseInt(line.group(1)) : Integer.MAX_VALUE;
  }

  static String resource(String className) {
    return className.replace('.', '/') + ".class";
  }

  private static ClosureCode read(Class<?> type) {
    byte[] bytes = classFile(type);
    var model = ClassFile.of().parse(bytes);
    if (isShell(type.getName()) && model.methods().stream().anyMatch(ClosureCode::isTyped)) {
      bytes = withoutTyped(type, model);
      model = ClassFile.of().parse(bytes);
    }
    var uses = new LinkedHashSet<Class<?>>();
    var variables = new LinkedHashSet<Field>();
    for (var entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry used when !used.asInternalName().startsWith("[") ->
            add(uses, used.asInternalName(), type);
        // Descriptors, signatures (the Item of a List<Item>, which Vocabulary reads) and annotation
        // types; a text that happens to look like one of them ships a class too many, no more.
        case Utf8Entry text -> {
          var mentioned = MENTIONED.matcher(text.stringValue());
          while (mentioned.find()) {
            add(uses, mentioned.group(1), type);
          }
        }
        case FieldRefEntry field -> {
          var variable = variable(field, type);
          if (variable != null) {
            variables.add(variable);
          }
        }
        default -> {}
      }
    }
    uses.remove(type);
    return new ClosureCode(Binary.of(bytes), List.copyOf(uses), List.copyOf(variables));
  }

  static byte[] classFile(Class<?> type) {
    try (var in = type.getClassLoader().getResourceAsStream(resource(type.getName()))) {
      if (in == null) {
        throw new UnsupportedOperationException(
            "The closure needs "
                + type
                + ", whose class file its class loader does not give; a class made at run time"
                + " cannot be sent.");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UnsupportedOperationException("The class file of " + type + " is unreadable", e);
    }
  }

  private static boolean isTyped(MethodModel method) {
    return method.methodName().equalsString(TYPED);
  }

  /**
   * What was typed has run. It must not drag along what it alone mentions, such as the variable it
   * has just set: {@code var thread = Thread.currentThread()}.
   */
  private static byte[] withoutTyped(Class<?> type, ClassModel model) {
    return ClassFile.of(
            ConstantPoolSharingOption.NEW_POOL,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofClassLoading(type.getClassLoader())))
        .transformClass(
            model,
            ClassTransform.dropping(
                element -> element instanceof MethodModel method && isTyped(method)));
  }

  private static void add(Set<Class<?>> uses, String internalName, Class<?> user) {
    if (internalName.startsWith("java/")) {
      return;
    }
    var used = load(internalName, user);
    if (used != null && travels(used)) {
      uses.add(used);
    }
  }

  private static @Nullable Field variable(FieldRefEntry entry, Class<?> user) {
    // The class file says where the compiler saw it, which may be below where it is declared.
    var type = load(entry.owner().asInternalName(), user);
    for (; type != null && isShell(type.getName()); type = type.getSuperclass()) {
      for (var field : type.getDeclaredFields()) {
        if (entry.name().equalsString(field.getName())) {
          int modifiers = field.getModifiers();
          return Modifier.isStatic(modifiers) && !Modifier.isFinal(modifiers) ? field : null;
        }
      }
    }
    return null;
  }

  /** Null for what is not there: a library's optional dependency, on this node as on the other. */
  private static @Nullable Class<?> load(String internalName, Class<?> user) {
    try {
      return Class.forName(internalName.replace('/', '.'), false, user.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }
}
