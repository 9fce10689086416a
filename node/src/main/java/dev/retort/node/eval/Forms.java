package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;

/** Erlang's abstract format as it comes: {@code {Tag, Anno, Part, ...}}. */
final class Forms {
  private Forms() {}

  static Tuple form(Object term) {
    if (term instanceof Tuple form && form.size() >= 2 && form.get(0) instanceof Atom) {
      return form;
    }
    throw malformed("an abstract form {Tag, Anno, ...}", term);
  }

  static String tag(Tuple form) {
    return ((Atom) form.get(0)).name();
  }

  /** A part of a form, counted from behind the annotation. */
  static Object part(Tuple form, int index) {
    if (index + 2 >= form.size()) {
      throw malformed("a form with " + (index + 1) + " parts", form);
    }
    return form.get(index + 2);
  }

  static Tuple formPart(Tuple form, int index) {
    return form(part(form, index));
  }

  static List<Tuple> formsPart(Tuple form, int index) {
    return forms(part(form, index));
  }

  static List<Tuple> forms(Object term) {
    return list(term).stream().map(Forms::form).toList();
  }

  static List<?> list(Object term) {
    if (term instanceof List<?> list) {
      return list;
    }
    throw malformed("a list", term);
  }

  /** The name of an atom that stands for itself, such as a variable's. */
  static String name(Object term) {
    var name = Atoms.nameOrNull(term);
    if (name == null) {
      throw malformed("an atom", term);
    }
    return name;
  }

  static boolean is(Tuple form, String tag) {
    return tag(form).equals(tag);
  }

  static IllegalArgumentException malformed(String expected, Object term) {
    return new IllegalArgumentException(
        "the function cannot be evaluated: "
            + expected
            + " was expected in its code, this is "
            + Wire.outgoing(term));
  }
}
