package dev.retort.node;

import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which code a lambda consists of, and the lambda again from that.
 *
 * <p>A Serializable one says it itself, and javac has left a method that makes it again. Whoever
 * types {@code Function<Integer, Integer> twice = x -> 2 * x} at a prompt does not think of
 * Serializable; but each line at a prompt is a class of its own, and where that class makes only
 * one lambda of the type, it is this one.
 */
final class ClosureLambda {
  private static final String LOOKUP = "Lookup$Retort";
  private static final ClassDesc METAFACTORY = ClassDesc.of(LambdaMetafactory.class.getName());

  private ClosureLambda() {}

  /** What the lambda says of itself, or null if it is not Serializable. */
  static @Nullable SerializedLambda serialized(Object lambda) throws ReflectiveOperationException {
    try {
      var replace = lambda.getClass().getDeclaredMethod("writeReplace");
      replace.setAccessible(true);
      return (SerializedLambda) replace.invoke(lambda);
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  /**
   * The only lambda like this one that its class at the prompt makes; null if there are several.
   */
  static @Nullable SerializedLambda typed(Object lambda) throws ReflectiveOperationException {
    var type = lambda.getClass();
    int suffix = type.getName().indexOf("$$Lambda");
    if (!ClosureCode.isShell(type.getName()) || suffix < 0) {
      return null;
    }
    var maker = Class.forName(type.getName().substring(0, suffix), false, type.getClassLoader());
    var captured = captured(lambda);
    var found = new HashSet<DirectMethodHandleDesc>();
    SerializedLambda form = null;
    for (var site : sites(maker)) {
      var arguments = site.bootstrapArgs();
      if (isLike(site, type, captured.size())
          && arguments.size() == 3
          && arguments.get(0) instanceof MethodTypeDesc method
          && arguments.get(1) instanceof DirectMethodHandleDesc code
          && arguments.get(2) instanceof MethodTypeDesc instantiated
          && found.add(code)) {
        form =
            new SerializedLambda(
                maker,
                internal(site.typeSymbol().returnType()),
                site.name().stringValue(),
                method.descriptorString(),
                code.refKind(),
                internal(code.owner()),
                code.methodName(),
                code.lookupDescriptor(),
                instantiated.descriptorString(),
                captured.toArray());
      }
    }
    return found.size() == 1 ? form : null;
  }

  private static List<InvokeDynamicInstruction> sites(Class<?> maker) {
    var sites = new ArrayList<InvokeDynamicInstruction>();
    for (var method : ClassFile.of().parse(ClosureCode.classFile(maker)).methods()) {
      method
          .code()
          .ifPresent(
              code ->
                  code.forEach(
                      element -> {
                        if (element instanceof InvokeDynamicInstruction site) {
                          sites.add(site);
                        }
                      }));
    }
    return sites;
  }

  private static boolean isLike(InvokeDynamicInstruction site, Class<?> lambda, int captured) {
    var made = site.typeSymbol();
    return site.bootstrapMethod().owner().equals(METAFACTORY)
        && site.bootstrapMethod().methodName().equals("metafactory")
        && made.parameterCount() == captured
        && List.of(lambda.getInterfaces()).stream()
            .anyMatch(i -> i.descriptorString().equals(made.returnType().descriptorString()));
  }

  /** What the metafactory has put in the fields of the class it has made. */
  private static List<@Nullable Object> captured(Object lambda)
      throws ReflectiveOperationException {
    var captured = new ArrayList<@Nullable Object>();
    for (int i = 1; i <= lambda.getClass().getDeclaredFields().length; i++) {
      var field = lambda.getClass().getDeclaredField("arg$" + i);
      field.setAccessible(true);
      captured.add(field.get(lambda));
    }
    return captured;
  }

  /** The first parameters of the lambda's method, after the receiver if it has one. */
  static List<Class<?>> capturedTypes(SerializedLambda lambda, ClassLoader loader) {
    var types =
        MethodType.fromMethodDescriptorString(lambda.getImplMethodSignature(), loader)
            .parameterList();
    int kind = lambda.getImplMethodKind();
    if (kind == MethodHandleInfo.REF_invokeStatic
        || kind == MethodHandleInfo.REF_newInvokeSpecial) {
      return types;
    }
    var withReceiver = new ArrayList<Class<?>>(types);
    withReceiver.addFirst(Object.class);
    return withReceiver;
  }

  /** The lambda again, here. */
  static Object rebuild(Class<?> maker, SerializedLambda form) throws ReflectiveOperationException {
    try {
      // javac puts it beside every serializable lambda.
      var rebuild = maker.getDeclaredMethod("$deserializeLambda$", SerializedLambda.class);
      rebuild.setAccessible(true);
      return rebuild.invoke(null, form);
    } catch (NoSuchMethodException e) {
      return link(maker, form);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return link(maker, form); // it knows only its serializable ones
      }
      throw e;
    }
  }

  /** Does what the line at the prompt did; the result is Serializable, it may be sent on. */
  private static Object link(Class<?> maker, SerializedLambda form)
      throws ReflectiveOperationException {
    if (!(maker.getClassLoader() instanceof ClosureLoader loader)) {
      throw new IllegalArgumentException("no lambda of a shell");
    }
    var lookup = lookup(maker, loader);
    var code = code(lookup, form, loader);
    var made =
        MethodType.fromMethodDescriptorString(
            "()L" + form.getFunctionalInterfaceClass() + ";", loader);
    var captured = new Object[form.getCapturedArgCount()];
    for (int i = 0; i < captured.length; i++) {
      captured[i] = form.getCapturedArg(i);
      made = made.appendParameterTypes(code.type().parameterType(i));
    }
    try {
      return LambdaMetafactory.altMetafactory(
              lookup,
              form.getFunctionalInterfaceMethodName(),
              made,
              MethodType.fromMethodDescriptorString(
                  form.getFunctionalInterfaceMethodSignature(), loader),
              code,
              MethodType.fromMethodDescriptorString(form.getInstantiatedMethodType(), loader),
              LambdaMetafactory.FLAG_SERIALIZABLE)
          .getTarget()
          .invokeWithArguments(captured);
    } catch (ReflectiveOperationException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new ReflectiveOperationException(e);
    }
  }

  private static MethodHandle code(
      MethodHandles.Lookup lookup, SerializedLambda form, ClassLoader loader)
      throws ReflectiveOperationException {
    var owner = Class.forName(form.getImplClass().replace('/', '.'), false, loader);
    var name = form.getImplMethodName();
    var type = MethodType.fromMethodDescriptorString(form.getImplMethodSignature(), loader);
    return switch (form.getImplMethodKind()) {
      case MethodHandleInfo.REF_invokeStatic -> lookup.findStatic(owner, name, type);
      case MethodHandleInfo.REF_newInvokeSpecial -> lookup.findConstructor(owner, type);
      case MethodHandleInfo.REF_invokeSpecial ->
          lookup.findSpecial(owner, name, type, lookup.lookupClass());
      default -> lookup.findVirtual(owner, name, type);
    };
  }

  /**
   * Full access to {@code maker}, which a metafactory demands and nobody outside its module can
   * have: a class beside it, made for that, gives it.
   */
  private static MethodHandles.Lookup lookup(Class<?> maker, ClosureLoader loader)
      throws ReflectiveOperationException {
    var name = maker.getPackageName() + "." + LOOKUP;
    var beside = loader.define(name, () -> lookupClass(ClassDesc.of(name)));
    var own = (MethodHandles.Lookup) beside.getMethod("lookup").invoke(null);
    return MethodHandles.privateLookupIn(maker, own);
  }

  private static byte[] lookupClass(ClassDesc name) {
    int flags = ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC;
    var type = MethodTypeDesc.of(ConstantDescs.CD_MethodHandles_Lookup);
    return ClassFile.of()
        .build(
            name,
            made ->
                made.withFlags(ClassFile.ACC_PUBLIC)
                    .withMethodBody(
                        "lookup",
                        type,
                        flags,
                        code ->
                            code.invokestatic(ConstantDescs.CD_MethodHandles, "lookup", type)
                                .areturn()));
  }

  private static String internal(ClassDesc type) {
    var descriptor = type.descriptorString();
    return descriptor.substring(1, descriptor.length() - 1);
  }
}
