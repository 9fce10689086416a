package dev.retort.shell;

/** Colours, or none. */
enum Style {
  PLAIN {
    @Override
    String paint(String code, String text) {
      return text;
    }
  },
  COLOURED {
    @Override
    String paint(String code, String text) {
      return text.isEmpty() ? text : "\033[" + code + "m" + text + "\033[0m";
    }
  };

  /** Coloured unless the user does not want it: see no-color.org. */
  static Style ofTerminal() {
    var noColour = System.getenv("NO_COLOR");
    return noColour == null || noColour.isEmpty() ? COLOURED : PLAIN;
  }

  abstract String paint(String code, String text);

  String error(String text) {
    return paint("31", text);
  }

  String value(String text) {
    return paint("33", text);
  }

  String remark(String text) {
    return paint("2", text);
  }
}
