package dev.retort.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What {@code docs/otp-parity.md} says.
 *
 * @param rows the lines of its tables
 * @param methods all methods that it names, by the part they are named in; "" before the first
 */
record ParityTable(List<Row> rows, Map<String, Set<Method>> methods) {
  static final String FUNCTIONS = "Functions";
  static final String TESTS = "Elixir's tests";

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern FUNCTION = Pattern.compile("([\\w?!]*)/(\\d+)");
  private static final Pattern METHOD = Pattern.compile("([\\w.]*)#(\\w+)");

  private static final Set<String> HEADS =
      Set.of("| Elixir | Java | notes |", "| Erlang | Java | notes |", "| Elixir | JUnit |");

  /** A Java method: the class's name within {@code dev.retort}, and the method's. */
  record Method(String type, String name) {
    @Override
    public String toString() {
      return type + "#" + name;
    }
  }

  /**
   * One line of a table.
   *
   * @param part the heading of the part it is in: functions or tests
   * @param section the module, or the file of tests
   * @param theirs the first column
   * @param ours the second column
   * @param notes the third column; empty if there is none
   */
  record Row(String part, String section, String theirs, String ours, String notes) {
    /** The functions of the first column as "name/arity"; "/2" has the name before it. */
    List<String> functions() {
      var found = new ArrayList<String>();
      var name = "";
      for (var code : code(theirs)) {
        var function = FUNCTION.matcher(code);
        if (function.matches()) {
          name = function.group(1).isEmpty() ? name : function.group(1);
          found.add(name + "/" + function.group(2));
        }
      }
      return found;
    }

    boolean namesMethods() {
      return !methodsOf(ours).isEmpty();
    }
  }

  static ParityTable read() throws IOException {
    var rows = new ArrayList<Row>();
    var methods = new HashMap<String, Set<Method>>();
    var part = "";
    var section = "";
    for (var line : Files.readAllLines(Nodes.HOME.resolve("docs/otp-parity.md"))) {
      if (line.startsWith("## ")) {
        part = line.substring(3);
      } else if (line.startsWith("### ")) {
        section = line.substring(4).replace("`", "");
      } else if (line.startsWith("| ") && !HEADS.contains(line)) {
        var cells = line.substring(1).split("\\|", -1);
        var notes = cells.length > 3 ? cells[2].strip() : "";
        rows.add(new Row(part, section, cells[0].strip(), cells[1].strip(), notes));
      }
      methods.computeIfAbsent(part, any -> new LinkedHashSet<>()).addAll(methodsOf(line));
    }
    return new ParityTable(rows, methods);
  }

  /** The rows of a part. */
  List<Row> part(String name) {
    return rows.stream().filter(row -> row.part.equals(name)).toList();
  }

  /** The functions that have a row under {@code module}. */
  Set<String> functions(String module) {
    var found = new TreeSet<String>();
    part(FUNCTIONS).stream()
        .filter(row -> row.section.equals(module))
        .forEach(row -> found.addAll(row.functions()));
    return found;
  }

  /** The methods that {@code line} names; "#name" is one of the class before it. */
  private static List<Method> methodsOf(String line) {
    var found = new ArrayList<Method>();
    var type = "";
    for (var code : code(line)) {
      var method = METHOD.matcher(code);
      if (method.matches()) {
        type = method.group(1).isEmpty() ? type : method.group(1);
        found.add(new Method(type, method.group(2)));
      }
    }
    return found;
  }

  private static List<String> code(String text) {
    return CODE.matcher(text).results().map(match -> match.group(1)).toList();
  }
}
