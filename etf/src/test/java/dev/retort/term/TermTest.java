package dev.retort.term;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Equality and immutability of the smaller types. */
class TermTest {
  private static final Atom NODE = Atom.of("a@b");

  @Test
  void atomsAreEqualByName() {
    assertThat(Atom.of("ok")).isEqualTo(Atom.OK).hasSameHashCodeAs(Atom.OK);
    assertThat(Atom.of("a")).isLessThan(Atom.of("b"));
    assertThat(Atom.of("é".repeat(255)).name()).hasSize(255);
    assertThatIllegalArgumentException().isThrownBy(() -> Atom.of("é".repeat(256)));
  }

  @Test
  void tuplesDoNotChange() {
    var elements = new Object[] {Atom.OK, 1L};
    var tuple = Tuple.of(elements);
    elements[0] = Atom.ERROR;
    tuple.toArray()[0] = Atom.ERROR;
    assertThat(tuple).isEqualTo(Tuple.of(Atom.OK, 1L));
    assertThat(tuple.toList()).isEqualTo(List.of(Atom.OK, 1L));
    assertThat(tuple.get(1)).isEqualTo(1L);
    assertThatNullPointerException().isThrownBy(() -> Tuple.of(1, null));
  }

  @Test
  void improperListsHaveElementsAndATail() {
    var elements = new ArrayList<Object>(List.of(1L));
    var list = ImproperList.of(elements, 2L);
    elements.clear();
    assertThat(list).isEqualTo(ImproperList.of(List.of(1L), 2L)).hasToString("[1 | 2]");
    assertThat(list.elements()).isEqualTo(List.of(1L));
    assertThat(list.tail()).isEqualTo(2L);
    assertThatIllegalArgumentException().isThrownBy(() -> ImproperList.of(List.of(), 2L));
    assertThatIllegalArgumentException().isThrownBy(() -> ImproperList.of(List.of(1L), List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> ImproperList.of(List.of(1L), list));
  }

  @Test
  void portsAreEqualByTheirNumbers() {
    assertThat(Port.of(NODE, 5, 1)).isEqualTo(Port.of(NODE, 5, 1)).hasToString("#Port<0.5>");
    assertThat(Port.of(NODE, 5, 1)).isNotEqualTo(Port.of(NODE, 5, 2));
    assertThat(Port.of(NODE, -1, 1)).hasToString("#Port<0.18446744073709551615>");
  }

  @Test
  void funsCheckTheirNumbers() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Fun.Export(NODE, NODE, 256));
    var pid = Pid.of(NODE, 1, 2, 3);
    var free = new ArrayList<Object>(Arrays.asList(1L, 2L));
    var fun = new Fun.Closure(NODE, 1, Binary.of(new byte[16]), 1, 2, 3, pid, free);
    free.clear();
    assertThat(fun.free()).isEqualTo(List.of(1L, 2L));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Fun.Closure(NODE, 1, Binary.of(new byte[15]), 1, 2, 3, pid, List.of()));
  }
}
