package dev.retort.etf;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;

/** Handles on the members of records, whatever module, loader or visibility they have. */
final class Access {
  private static final MethodHandles.Lookup OWN = MethodHandles.lookup();

  private Access() {}

  static MethodHandle method(Method method) {
    var owner = method.getDeclaringClass();
    try {
      return lookupIn(owner).unreflect(method);
    } catch (IllegalAccessException refused) {
      throw closed(owner, refused);
    }
  }

  static MethodHandle constructor(Constructor<?> constructor) {
    var owner = constructor.getDeclaringClass();
    try {
      return lookupIn(owner).unreflectConstructor(constructor);
    } catch (IllegalAccessException refused) {
      throw closed(owner, refused);
    }
  }

  private static MethodHandles.Lookup lookupIn(Class<?> owner) {
    OWN.lookupClass().getModule().addReads(owner.getModule()); // privateLookupIn asks for it
    try {
      return MethodHandles.privateLookupIn(owner, OWN);
    } catch (IllegalAccessException notOpen) {
      // Its module does not open the package; a public record of an exported one will still do.
      return MethodHandles.publicLookup();
    }
  }

  private static IllegalArgumentException closed(Class<?> owner, IllegalAccessException refused) {
    var own = OWN.lookupClass().getModule();
    return new IllegalArgumentException(
        "the components of "
            + owner.getName()
            + " cannot be read: make it public in an exported package, or add 'opens "
            + owner.getPackageName()
            + " to "
            + (own.isNamed() ? own.getName() : "ALL-UNNAMED")
            + "' to the module-info of "
            + owner.getModule().getName(),
        refused);
  }
}
