package dev.retort.etf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/** What decoded maps do, whichever way they are kept. */
class SmallMapTest {
  /** Keys of every kind, some of which compare slowly, so that both ways of keeping come up. */
  private static final List<Object> KEYS =
      List.of("id", Atom.of("id"), 1L, "Name", 2.0, Tuple.of("id", 1L), List.of("id"), Map.of());

  private static Map<Object, Object> map(int size) {
    var map = new LinkedHashMap<Object, Object>();
    for (long i = size; i > 0; i--) {
      map.put("key " + i, i);
    }
    return map;
  }

  @Test
  void mapsOfEverySizeAreEqualToJavasAndInTheOrderOfTheWire() {
    for (int size = 0; size < 20; size++) {
      var map = map(size);
      var decoded = (Map<?, ?>) Etf.decode(Etf.encode(map));
      assertThat(decoded).isEqualTo(map).hasSameHashCodeAs(map).hasToString(map.toString());
      assertThat(map).isEqualTo(decoded);
      assertThat(new ArrayList<Object>(decoded.keySet())).isEqualTo(new ArrayList<>(map.keySet()));
      map.forEach((key, value) -> assertThat((Object) decoded.get(key)).isEqualTo(value));
      assertThat((Object) decoded.get("key 0")).isNull();
      assertThat(decoded.containsKey("key 0")).isFalse();
      assertThat(Etf.encode(decoded)).isEqualTo(Etf.encode(map));
    }
  }

  @Test
  void keysOfEveryKindAreFound() {
    for (var key : KEYS) {
      var decoded = (Map<?, ?>) Etf.decode(Etf.encode(Map.of(key, "value", "other", 2L)));
      assertThat((Object) decoded.get(key)).as("%s", key).isEqualTo("value");
    }
  }

  @Test
  void aKeyThatComesTwiceIsRefused() {
    for (var key : KEYS) {
      for (int between : new int[] {0, 3, 20}) {
        var out = new Encoder();
        out.u8(116);
        out.u32(between + 2);
        out.write(key);
        out.write(1L);
        for (int i = 0; i < between; i++) {
          out.write("key " + i);
          out.write(2L);
        }
        out.write(key);
        out.write(3L);
        var bytes = out.toByteArray();
        assertThatIllegalArgumentException()
            .as("%s, %d between", key, between)
            .isThrownBy(() -> new Decoder(bytes, 0, bytes.length, Decoder.Options.DEFAULT).read())
            .withMessageContaining("duplicate keys");
      }
    }
  }

  @Test
  void nobodyChangesIt() {
    @SuppressWarnings("unchecked")
    var decoded = (Map<Object, Object>) Etf.decode(Etf.encode(map(4)));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> decoded.put("key 1", 5L));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> decoded.remove("key 9"));
    var entries = decoded.entrySet().iterator();
    var first = entries.next();
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> first.setValue(5L));
    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(entries::remove);
    for (int i = 1; i < 4; i++) {
      entries.next();
    }
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(entries::next);
  }
}
