import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Those who are compared: how to start them, and a process of each that is kept. */
final class Sides implements AutoCloseable {
  static final String RETORT = "Retort";
  static final String BEAM = "BEAM";
  static final String PEKKO = "Pekko";

  private final Map<String, List<String>> commands = new LinkedHashMap<>();
  private final Map<String, Peer> kept = new LinkedHashMap<>();
  private final Duration patience;

  /**
   * @param patience how long an answer may take
   */
  Sides(Duration patience) {
    this.patience = patience;
  }

  /** A side that measures; one that is never added has no column of numbers. */
  void add(String name, List<String> command) {
    commands.put(name, command);
  }

  Set<String> names() {
    return commands.keySet();
  }

  boolean has(String side) {
    return commands.containsKey(side);
  }

  /** What starts it, word by word. */
  List<String> command(String side) {
    return commands.get(side);
  }

  Peer start(String side) throws IOException {
    return new Peer(side, commands.get(side), patience);
  }

  /** What it says of itself: versions and options. */
  String about(String side) throws IOException {
    return kept(side).about();
  }

  /** Asks the process that is kept; one that has ended is started again the next time. */
  double[] ask(String side, String command) throws IOException {
    var peer = kept(side);
    try {
      return numbers(peer.ask(command));
    } catch (Unmeasured e) {
      throw e;
    } catch (IOException e) {
      kept.remove(side).close();
      throw e;
    }
  }

  private Peer kept(String side) throws IOException {
    var peer = kept.get(side);
    if (peer == null) {
      peer = start(side);
      kept.put(side, peer);
    }
    return peer;
  }

  /** A workload failed; the process goes on. */
  private static final class Unmeasured extends IOException {
    private static final long serialVersionUID = 1;

    Unmeasured(String why) {
      super(why);
    }
  }

  /** What an answer says; null for a workload that the side does not have. */
  static double[] numbers(String answer) throws IOException {
    if (answer.equals("none")) {
      return null;
    }
    if (answer.startsWith("failed ")) {
      throw new Unmeasured(answer);
    }
    return Stream.of(answer.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  @Override
  public void close() {
    kept.values().forEach(Peer::close);
    kept.clear();
  }
}
