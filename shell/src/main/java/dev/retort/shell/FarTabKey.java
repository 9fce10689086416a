package dev.retort.shell;

import dev.retort.spi.RemoteShell.Expansion;
import java.util.function.Function;
import org.jline.keymap.KeyMap;
import org.jline.reader.LineReader;
import org.jline.reader.Reference;

/** Tab at a shell of another node: inserts what must follow, and shows what can. */
final class FarTabKey {
  private static final String NAME = "jex-far-tab";

  private final LineReader reader;
  private final Function<String, Expansion> expand;

  FarTabKey(LineReader reader, Function<String, Expansion> expand) {
    this.reader = reader;
    this.expand = expand;
  }

  void bind() {
    reader.getWidgets().put(NAME, this::press);
    for (var name : new String[] {LineReader.EMACS, LineReader.VIINS, LineReader.MAIN}) {
      var keys = reader.getKeyMaps().get(name);
      if (keys != null) {
        keys.bind(new Reference(NAME), KeyMap.ctrl('I'));
      }
    }
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
