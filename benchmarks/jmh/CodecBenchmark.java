package dev.retort.jmh;

import com.ericsson.otp.erlang.OtpErlangObject;
import com.ericsson.otp.erlang.OtpInputStream;
import com.ericsson.otp.erlang.OtpOutputStream;
import dev.retort.etf.Etf;
import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.*;

/**
 * Terms to bytes and back, beside Jinterface; {@code benchmarks/jmh/codec} puts BEAM's {@code
 * term_to_binary} and {@code binary_to_term} beside both, with the same terms ({@code codec.erl}).
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class CodecBenchmark {
  /** What is encoded and decoded. */
  @Param({"hello", "call", "integers", "users", "binary"})
  String term;

  private Object value;
  private byte[] bytes;
  private OtpErlangObject theirs;

  /** Makes the term. */
  @Setup
  public void make() throws Exception {
    value = make(term);
    bytes = Etf.encode(value);
    theirs = new OtpInputStream(bytes).read_any();
  }

  private static Object make(String term) {
    return switch (term) {
      case "hello" -> Tuple.of(Atom.of("hello"), "John");
      case "call" ->
          Tuple.of(
              Atom.of("$gen_call"),
              Tuple.of("who asks", 1L), // Jinterface 1.6.1 cannot read pids of today
              Tuple.of(Atom.of("transfer"), "from", "to", 12_345_678_901L, 0.25));
      case "integers" -> integers();
      case "users" -> users();
      case "binary" -> {
        var random = new byte[64 << 10];
        new Random(1).nextBytes(random);
        yield Binary.of(random);
      }
      default -> throw new IllegalArgumentException(term);
    };
  }

  /** A thousand from 0 on, each the square of its place. */
  private static List<Object> integers() {
    var list = new ArrayList<Object>();
    for (long i = 0; i < 1000; i++) {
      list.add(i * i);
    }
    return list;
  }

  /** A hundred maps as a web application has them. */
  private static List<Object> users() {
    var list = new ArrayList<Object>();
    for (long i = 0; i < 100; i++) {
      var user = new TreeMap<String, Object>();
      user.put("id", i);
      user.put("name", "user " + i);
      user.put("mail", "user" + i + "@example.org");
      user.put("tags", List.of(Atom.of("admin"), Atom.of("staff")));
      list.add(Map.copyOf(user));
    }
    return list;
  }

  /** {@code term_to_binary}. */
  @Benchmark
  public byte[] encodeRetort() {
    return Etf.encode(value);
  }

  /** {@code binary_to_term}. */
  @Benchmark
  public Object decodeRetort() {
    return Etf.decode(bytes);
  }

  /** Jinterface's, with the version byte. */
  @Benchmark
  public byte[] encodeJinterface() {
    var out = new OtpOutputStream();
    out.write(131);
    out.write_any(theirs);
    return out.toByteArray();
  }

  /** Jinterface's. */
  @Benchmark
  public Object decodeJinterface() throws Exception {
    return new OtpInputStream(bytes).read_any();
  }
}
