package dev.retort.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SupervisionTreeTest {
  @Test
  void theKilledWorkerComesBackAndItsSiblingsStay() throws Exception {
    var lines = Output.of(SupervisionTree::main);
    int killed = lines.indexOf("The cart is killed.");
    assertThat(lines).element(killed + 1).isEqualTo("And started again: cart");
    var before = pids(lines.subList(0, killed));
    var after = pids(lines.subList(killed + 2, lines.size()));

    assertThat(before.keySet())
        .containsExactly("shop", "orders", "cart", "payment", "storage", "disk", "cache");
    assertThat(after.keySet()).containsExactlyElementsOf(before.keySet());
    assertThat(after.remove("cart")).isNotEqualTo(before.remove("cart"));
    assertThat(after).isEqualTo(before);
  }

  private static Map<String, String> pids(List<String> tree) {
    var pids = new LinkedHashMap<String, String>();
    for (var line : tree) {
      var parts = line.strip().split(" ");
      assertThat(parts[1]).startsWith("#PID<");
      pids.put(parts[0], parts[1]);
    }
    return pids;
  }
}
