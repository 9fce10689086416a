package dev.retort.etf;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The records and enums in a class's code: what its nest declares, and what the constant pools of
 * its nest mention. Every class that code names stands in its constant pool, the patterns of a
 * {@code switch} included.
 */
final class CodeWords {
  private static final String RETORT = "dev.retort";

  private CodeWords() {}

  /** Those of a nest host and its nest, declared ones first. */
  static Set<Class<?>> of(Class<?> host) {
    var words = new LinkedHashSet<Class<?>>();
    var nest = nest(host);
    for (var member : nest) {
      Vocabulary.addTo(words, member);
    }
    for (var member : nest) {
      for (var name : mentioned(member)) {
        var type = load(name, member.getClassLoader());
        if (type != null && !(type.isEnum() && isRetorts(type))) {
          Vocabulary.addTo(words, type);
        }
      }
    }
    words.removeIf(word -> !isReadable(word));
    return words;
  }

  /** Without those of which a component's class is missing, or whose module is closed to us. */
  private static boolean isReadable(Class<?> word) {
    try {
      if (word.isEnum()) {
        EnumShape.of(word);
      } else {
        RecordShape.of(word);
      }
      return true;
    } catch (IllegalArgumentException | TypeNotPresentException | LinkageError unreadable) {
      return false;
    }
  }

  private static List<Class<?>> nest(Class<?> host) {
    try {
      return List.of(host.getNestMembers());
    } catch (LinkageError missing) {
      // A member that the loader no longer has; the others are still worth it.
      var members = new ArrayList<Class<?>>();
      addDeclared(host, members);
      return members;
    }
  }

  private static void addDeclared(Class<?> type, List<Class<?>> members) {
    members.add(type);
    try {
      for (var declared : type.getDeclaredClasses()) {
        addDeclared(declared, members);
      }
    } catch (LinkageError missing) {
      // One that cannot be loaded cannot be read either.
    }
  }

  /** The names of the classes in a class's constant pool; none where its bytes cannot be had. */
  private static Set<String> mentioned(Class<?> type) {
    var names = new LinkedHashSet<String>();
    try (var in = type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
      if (in == null) {
        return names;
      }
      for (var entry : ClassFile.of().parse(in.readAllBytes()).constantPool()) {
        if (entry instanceof ClassEntry used) {
          var name = className(used.asInternalName());
          if (name != null) {
            names.add(name);
          }
        }
      }
    } catch (IOException | IllegalArgumentException unreadable) {
      // No bytes, or of a version that this JDK cannot read: what is declared has to do.
      return names;
    }
    return names;
  }

  /** The class's binary name, of an array's elements too; null for primitives and the JDK's. */
  private static @Nullable String className(String internal) {
    var name = internal;
    if (name.startsWith("[")) {
      var element = name.substring(name.lastIndexOf('[') + 1);
      if (!element.startsWith("L")) {
        return null;
      }
      name = element.substring(1, element.length() - 1);
    }
    for (var skipped : List.of("java/", "javax/", "jdk/", "sun/", "com/sun/")) {
      if (name.startsWith(skipped)) {
        return null;
      }
    }
    return name.replace('/', '.');
  }

  private static @Nullable Class<?> load(String name, @Nullable ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError missing) {
      // Code may mention what is not there, as long as it does not use it.
      return null;
    }
  }

  private static boolean isRetorts(Class<?> type) {
    var name = type.getPackageName();
    return name.equals(RETORT)
        || List.of("spi", "term", "etf", "node", "shell").stream()
            .anyMatch(part -> name.equals(RETORT + "." + part));
  }
}
