package dev.retort.shell;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.HashSet;
import java.util.Set;

/** Puts a call of {@link StopCheck#check} at the start of each method and before each jump back. */
final class StopCheckWeaver {
  private static final ClassDesc STOP_CHECK = ClassDesc.of(StopCheck.class.getName());

  private final ClassFile classFile;

  /**
   * A weaver.
   *
   * @param loader finds the classes that woven ones mention
   */
  StopCheckWeaver(ClassLoader loader) {
    classFile =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(loader)
                    .orElse(ClassHierarchyResolver.defaultResolver())));
  }

  byte[] weave(byte[] code) {
    try {
      return classFile.transformClass(
          classFile.parse(code),
          ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(Checks::new)));
    } catch (IllegalArgumentException e) {
      return code; // it runs as well, only Ctrl-C has to wait until it blocks
    }
  }

  private static final class Checks implements CodeTransform {
    private final Set<Label> passed = new HashSet<>();

    @Override
    public void atStart(CodeBuilder builder) {
      check(builder);
    }

    @Override
    public void accept(CodeBuilder builder, CodeElement element) {
      if (element instanceof LabelTarget target) {
        passed.add(target.label());
      } else if (element instanceof BranchInstruction jump && passed.contains(jump.target())) {
        check(builder);
      }
      builder.with(element);
    }

    private static void check(CodeBuilder builder) {
      builder.invokestatic(STOP_CHECK, "check", ConstantDescs.MTD_void);
    }
  }
}
