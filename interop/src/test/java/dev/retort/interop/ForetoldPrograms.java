package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.program.Outcome;
import dev.retort.program.Program;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** Runs random programs and compares each step with what the model says of it. */
final class ForetoldPrograms {
  private static final int PROGRAMS = Integer.getInteger("dev.retort.programs", 200);
  private static final long SEED = Long.getLong("dev.retort.seed", new Random().nextInt());
  private static final int LENGTH = 60;

  private final Function<List<Program.Draft>, Program> author;
  private final Run run;

  /** What comes of a program. */
  @FunctionalInterface
  interface Run {
    List<Outcome> of(Program program) throws Exception;
  }

  /**
   * @param author makes programs of drafts
   * @param run runs them
   */
  ForetoldPrograms(Function<List<Program.Draft>, Program> author, Run run) {
    this.author = author;
    this.run = run;
  }

  void everyStepComesToWhatTheModelSays() throws Exception {
    for (long seed = SEED; seed < SEED + PROGRAMS; seed++) {
      var drafts = Program.random(seed, LENGTH);
      if (fails(drafts)) {
        var smallest = author.apply(Program.shrink(drafts, this::fails));
        var outcomes = run.of(smallest);
        int last = outcomes.size() - 1;
        assertThat(outcomes.get(last))
            .as("seed %d, shrunk; the last step of %s", seed, smallest.upTo(last))
            .isEqualTo(smallest.expected().get(last));
        throw new AssertionError("seed " + seed + " fails now and then" + author.apply(drafts));
      }
    }
  }

  private boolean fails(List<Program.Draft> drafts) {
    var program = author.apply(drafts);
    try {
      return !run.of(program).equals(program.expected());
    } catch (Exception e) {
      throw new AssertionError("could not run" + program, e);
    }
  }
}
