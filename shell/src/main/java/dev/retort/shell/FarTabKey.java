package dev.retort.shell;

import dev.retort.spi.RemoteShell.Expansion;
import java.util.function.Function;
import org.jline.reader.LineReader;

/** Tab at a shell of another node: inserts what must follow, and shows what can. */
final class FarTabKey {
  private final LineReader reader;
  private final Function<String, Expansion> expand;

  FarTabKey(LineReader reader, Function<String, Expansion> expand) {
    this.reader = reader;
    this.expand = expand;
  }

  void bind() {
    TabKey.bind(reader, this::press);
  }

  private boolean press() {
    var found = expand.apply(reader.getBuffer().upToCursor());
    reader.getBuffer().write(found.insert());
    if (!found.choices().isEmpty()) {
      reader.printAbove(inColumns(found, reader.getTerminal().getWidth()));
    }
    return true;
  }

  private static String inColumns(Expansion found, int width) {
    int longest = found.choices().stream().mapToInt(String::length).max().orElse(0);
    int columns = Math.max(1, width / (longest + 2));
    var text = new StringBuilder();
    for (int i = 0; i < found.choices().size(); i++) {
      boolean last = (i + 1) % columns == 0 || i + 1 == found.choices().size();
      var choice = found.choices().get(i);
      text.append(choice).append(last ? "\n" : " ".repeat(longest + 2 - choice.length()));
    }
    return text.toString();
  }
}
