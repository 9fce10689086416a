package dev.retort;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;

/**
 * Runs the operations of a class at the same time, each once and on a thread of its own, with every
 * change of thread between two accesses to memory that a few hundred runs have room for (Lincheck's
 * model checker), and its validation after each run. What it finds it reports as an interleaving.
 */
final class Model {
  private static final int RUNS = Integer.getInteger("retort.model.runs", 15);

  private Model() {}

  static void check(Class<?> operations, int threads) {
    options(threads).check(operations);
  }

  /**
   * The same for operations that wait for each other: whether what they return is what it would be
   * one after the other, which Lincheck asks otherwise, can then not be found out.
   */
  static void checkWaiting(Class<?> operations, int threads) {
    options(threads).verifier(EpsilonVerifier.class).check(operations);
  }

  private static ModelCheckingOptions options(int threads) {
    // The JDK's collections are not what is checked: an operation on a concurrent one is one step,
    // the others are behind a lock or belong to one thread. The runners of other tests are none of
    // ours.
    return new ModelCheckingOptions()
        .iterations(1)
        .invocationsPerIteration(RUNS)
        .threads(threads)
        .actorsPerThread(1)
        .actorsBefore(0)
        .actorsAfter(0)
        .minimizeFailedScenario(false)
        .addGuarantee(forClasses(Model::isConcurrent).allMethods().treatAsAtomic())
        .addGuarantee(forClasses(Model::isPlain).allMethods().ignore())
        .addGuarantee(forClasses(Runners.class.getName()::equals).allMethods().ignore());
  }

  private static boolean isConcurrent(String name) {
    return name.startsWith("java.util.concurrent.Concurrent");
  }

  private static boolean isPlain(String name) {
    return name.startsWith("java.util.")
        && !name.startsWith("java.util.concurrent.")
        && !name.startsWith("java.util.function.");
  }

  /** What a validation throws. */
  static void isTrue(boolean condition, Object otherwise) {
    if (!condition) {
      throw new IllegalStateException(otherwise.toString());
    }
  }
}
