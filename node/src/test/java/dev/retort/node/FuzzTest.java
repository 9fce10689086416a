package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever bytes other nodes send: only the exceptions that are declared come out, in memory and
 * time that their number is worth, and terms stay what they are.
 *
 * <p>{@code -Ddev.retort.fuzz=PT1H} says for how long, of the processors' time, for all targets
 * together; {@code -Ddev.retort.fuzz.seed=N} begins with the seed that a run has printed, and makes
 * the same inputs.
 */
class FuzzTest {
  private static final Duration TIME =
      Duration.parse(System.getProperty("dev.retort.fuzz", "PT1M"));

  @Test
  @Timeout(value = 30, unit = TimeUnit.DAYS) // it ends when it has had its time
  void nothingButWhatIsDeclaredComesOut() throws Exception {
    long seed = Long.getLong("dev.retort.fuzz.seed", new Random().nextLong());
    System.out.println("FuzzTest: " + TIME + " with -Ddev.retort.fuzz.seed=" + seed);
    var targets = FuzzTargets.values();
    var fuzzers = new ArrayList<Fuzzer>();
    var threads = new ArrayList<Thread>();
    for (var target : targets) {
      var known = new ArrayList<>(target.known());
      known.addAll(kept(target));
      var fuzzer = new Fuzzer(name(target), target, known, seed, TIME.dividedBy(targets.length));
      fuzzers.add(fuzzer);
      threads.add(Thread.ofPlatform().daemon().name("fuzz " + target).start(fuzzer));
    }
    for (int i = 0; i < threads.size(); i++) {
      while (!threads.get(i).join(Duration.ofSeconds(1)) && !fuzzers.get(i).isStuck()) {}
      System.out.println("FuzzTest: " + fuzzers.get(i).result());
    }
  }

  /** What was taken badly once. */
  @ParameterizedTest
  @EnumSource(FuzzTargets.class)
  void whatWasTakenBadlyOnceIsTakenWell(FuzzTargets target) throws Exception {
    var kept = kept(target);
    assertThat(kept).isNotEmpty();
    var fuzzer = new Fuzzer(name(target), target, List.of(), 0, Duration.ZERO);
    kept.forEach(fuzzer::check);
  }

  private static String name(FuzzTargets target) {
    return target.name().toLowerCase(Locale.ROOT);
  }

  private static List<byte[]> kept(FuzzTargets target) throws IOException, URISyntaxException {
    var url = Objects.requireNonNull(FuzzTest.class.getResource("/fuzz/" + name(target)));
    var kept = new ArrayList<byte[]>();
    try (var files = Files.list(Path.of(url.toURI()))) {
      for (var file : files.sorted().toList()) {
        kept.add(Files.readAllBytes(file));
      }
    }
    return kept;
  }
}
