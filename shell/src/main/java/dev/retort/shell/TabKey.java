package dev.retort.shell;

import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jline.keymap.KeyMap;
import org.jline.reader.LineReader;
import org.jline.reader.Reference;
import org.jline.reader.Widget;

/** Tab completes; pressed again where there was nothing to add, it shows the documentation. */
final class TabKey {
  private static final String NAME = "jex-tab";

  private final LineReader reader;
  private final Supplier<JShellEngine> engine;
  private String pressedAt = "";

  TabKey(LineReader reader, Supplier<JShellEngine> engine) {
    this.reader = reader;
    this.engine = engine;
  }

  void bind() {
    bind(reader, this::press);
  }

  /** Has Tab do something, in every keymap. */
  static void bind(LineReader reader, Widget press) {
    reader.getWidgets().put(NAME, press);
    for (var name : new String[] {LineReader.EMACS, LineReader.VIINS, LineReader.MAIN}) {
      var keys = reader.getKeyMaps().get(name);
      if (keys != null) {
        keys.bind(new Reference(NAME), KeyMap.ctrl('I'));
      }
    }
  }

  private boolean press() {
    var typed = typed();
    if (typed.equals(pressedAt)) {
      document(typed);
      return true;
    }
    reader.callWidget(LineReader.COMPLETE_WORD);
    pressedAt = typed();
    return true;
  }

  private String typed() {
    return reader.getBuffer().upToCursor();
  }

  private void document(String typed) {
    var analysis = engine.get().analysis();
    var found = analysis.documentation(typed, typed.length(), true);
    if (found.isEmpty() && !typed.isBlank()) {
      found = analysis.documentation(typed + "(", typed.length() + 1, true);
    }
    if (!found.isEmpty()) {
      reader.printAbove(
          found.stream().map(Help::text).distinct().collect(Collectors.joining("\n\n")) + "\n");
    }
  }
}
