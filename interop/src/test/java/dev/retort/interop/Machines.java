package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Machines of their own for the nodes of a test, as far as the network goes: Linux' network
 * namespaces, with {@link Wire}s between them. Closed, they are gone, and whatever runs on them.
 */
final class Machines implements AutoCloseable {
  private final String unique =
      Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36), 36);
  private final List<String> machines = new ArrayList<>();
  private final List<Wire> wires = new ArrayList<>();

  /**
   * Skips the test, and says so aloud, where there can be none; with CI set, it fails.
   *
   * @throws AssertionError with CI set
   */
  static void required() {
    var missing = missing();
    if (missing == null) {
      return;
    }
    var note = "THE FAULTS OF A NETWORK ARE NOT TESTED: " + missing;
    System.out.println("\n" + note + "\n");
    assertThat(System.getenv("CI")).as(note + "; with CI set, that is a failure").isNull();
    assumeTrue(false, note);
  }

  private static String missing() {
    if (!Nodes.isInstalled("ip")) {
      return "ip (of iproute2) is not installed";
    }
    if (!"root".equals(System.getProperty("user.name"))) {
      return "network namespaces need root";
    }
    return Files.isReadable(Path.of("/dev/net/tun")) ? null : "there is no /dev/net/tun";
  }

  /** A machine that nothing is connected with yet. */
  String add(String role) throws IOException {
    var machine = "retort-" + role + "-" + unique;
    run("ip", "netns", "add", machine);
    machines.add(machine);
    run("ip", "-n", machine, "link", "set", "lo", "up");
    return machine;
  }

  /** What stands before a command that is to run there. */
  static String[] on(String machine) {
    return new String[] {"ip", "netns", "exec", machine};
  }

  /** Gives a machine an address that it has on all of its wires. */
  void address(String machine, String address) throws IOException {
    run("ip", "-n", machine, "addr", "add", address + "/32", "dev", "lo");
  }

  /** Connects two machines, which have these addresses then. */
  Wire wire(String one, String address, String other, String otherAddress) throws IOException {
    var number = wires.size();
    var wire = new Wire("rt" + unique + number + "a", "rt" + unique + number + "b");
    wires.add(wire);
    plug(wire.one(), one, address, otherAddress);
    plug(wire.other(), other, otherAddress, address);
    wire.start();
    return wire;
  }

  private static void plug(String device, String machine, String address, String peer)
      throws IOException {
    run("ip", "link", "set", device, "netns", machine);
    run("ip", "-n", machine, "addr", "replace", address + "/32", "dev", "lo");
    run("ip", "-n", machine, "link", "set", device, "up");
    run("ip", "-n", machine, "route", "add", peer + "/32", "dev", device, "src", address);
  }

  private static String run(String... command) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + output.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return output;
  }

  @Override
  public void close() throws IOException {
    wires.forEach(Wire::close);
    for (var machine : machines) {
      for (var pid : run("ip", "netns", "pids", machine).split("\\s+")) {
        if (!pid.isEmpty()) {
          ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        }
      }
      run("ip", "netns", "del", machine);
    }
  }
}
