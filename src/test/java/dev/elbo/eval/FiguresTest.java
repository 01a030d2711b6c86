package dev.elbo.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of figures in {@code reference-results}: every one says what it is and where from. */
class FiguresTest {
  private static final Path FOLDER = Path.of("..", "reference-results");
  private static final List<String> COLUMNS =
      List.of("system", "data", "protocol", "metric", "value", "source");

  private static final List<String> MEASURED =
      List.of(
          "name",
          "system",
          "data",
          "protocol",
          "metric",
          "value",
          "deviation",
          "seeds",
          "page",
          "events",
          "prepare",
          "train",
          "evaluate");

  /** One seed has no deviation, and most models are evaluated without an option. */
  private static final Set<String> MAY_BE_EMPTY = Set.of("deviation", "evaluate");

  /** A row of a Markdown table that begins with a name of measured.csv. */
  private static final Pattern NAMED = Pattern.compile("\\| `([\\w-]+)` +(\\|.*)");

  private static final Pattern REASON = Pattern.compile("(?ms)^- \\*\\*.*?(?=\n- |\n\n)");
  private static final Pattern LINK = Pattern.compile("]\\((reference-results/[\\w/-]+\\.md)\\)");
  private static final Pattern NUMBER = Pattern.compile("(\\d+(?:\\.\\d+)?)");
  private static final Pattern BOLD_NUMBER = Pattern.compile("\\*\\*(\\d+(?:\\.\\d+)?)\\*\\*");

  @TestFactory
  Stream<DynamicTest> publishedFigures() throws IOException {
    return tests("published.csv", COLUMNS);
  }

  @TestFactory
  Stream<DynamicTest> measuredFigures() throws IOException {
    return tests("measured.csv", MEASURED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"published.csv", "measured.csv"})
  void noFigureIsGivenTwice(String table) throws IOException {
    var seen = new HashSet<List<String>>();
    for (NamedCsvRecord row : rows(table)) {
      List<String> what = new ArrayList<>(row.getFields());
      what.remove(row.getField("value"));
      assertTrue(seen.add(what), row::toString);
    }
  }

  /** A page says of itself, in measured.csv, which figures it has. */
  @Test
  void everyMeasuredFigureIsOnItsPage() throws IOException {
    for (NamedCsvRecord row : rows("measured.csv")) {
      String page = Files.readString(FOLDER.resolve(row.getField("page")));
      assertTrue(page.contains(row.getField("value")), row::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"README.md", "src/site/markdown/models.md", "reference-results/README.md"})
  void figuresOfTheDocumentsAreThoseOfTheTable(String document) throws IOException {
    Map<String, String> measured = new HashMap<>();
    for (NamedCsvRecord row : rows("measured.csv")) {
      measured.put(row.getField("name") + " " + row.getField("metric"), row.getField("value"));
    }
    String before = "";
    List<String> header = List.of();
    int figures = 0;
    for (String line : Files.readAllLines(Path.of("..").resolve(document))) {
      Matcher row = NAMED.matcher(line);
      if (line.startsWith("|--")) {
        header = cells(before);
      } else if (row.matches()) {
        List<String> cells = cells(line);
        for (int n = 1; n < cells.size(); n++) {
          if (cells.get(n).matches("0\\.\\d+")) {
            String key = row.group(1) + " " + metric(header.get(n));
            assertEquals(measured.get(key), cells.get(n), document + ": " + key);
            figures++;
          }
        }
      }
      before = line;
    }
    assertTrue(figures >= 8, document);
  }

  /**
   * Why one would trust the program: each figure, in bold, is on a page that its reason links to.
   */
  @Test
  void theReadmesReasonsAreOnTheirPages() throws IOException {
    Path root = Path.of("..");
    List<String> reasons =
        REASON
            .matcher(Files.readString(root.resolve("README.md")))
            .results()
            .map(MatchResult::group)
            .toList();
    assertEquals(3, reasons.size());
    for (String reason : reasons) {
      var pages = new StringBuilder();
      for (MatchResult link : LINK.matcher(reason).results().toList()) {
        pages.append(Files.readString(root.resolve(link.group(1))));
      }
      List<BigDecimal> numbers = numbers(NUMBER, pages);
      List<BigDecimal> figures = numbers(BOLD_NUMBER, reason);
      assertFalse(figures.isEmpty(), reason);
      for (BigDecimal figure : figures) {
        assertTrue(numbers.stream().anyMatch(number -> isRounded(number, figure)), reason);
      }
    }
  }

  private static List<BigDecimal> numbers(Pattern pattern, CharSequence text) {
    return pattern.matcher(text).results().map(one -> new BigDecimal(one.group(1))).toList();
  }

  private static boolean isRounded(BigDecimal number, BigDecimal rounded) {
    return number.setScale(rounded.scale(), RoundingMode.HALF_UP).compareTo(rounded) == 0;
  }

  /** {@code recall@100 of n}, of all that is held out, is {@code recall-plain@100}. */
  private static String metric(String heading) {
    String name = heading.toLowerCase(Locale.ROOT);
    return name.endsWith(" of n") ? name.replace(" of n", "").replace("@", "-plain@") : name;
  }

  private static List<String> cells(String line) {
    return Stream.of(line.substring(1).split("\\|")).map(String::strip).toList();
  }

  private static Stream<DynamicTest> tests(String table, List<String> columns) throws IOException {
    return rows(table).stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    "%s, line %d".formatted(table, row.getStartingLineNumber()),
                    () -> check(row, columns)));
  }

  private static void check(NamedCsvRecord row, List<String> columns) {
    assertEquals(columns, row.getHeader());
    assertEquals(columns.size(), row.getFieldCount());
    for (String column : columns) {
      assertTrue(MAY_BE_EMPTY.contains(column) || !row.getField(column).isBlank(), row::toString);
    }
    String metric = row.getField("metric");
    assertEquals(metric, Measure.parse(metric).name());
    assertTrue(Double.isFinite(Double.parseDouble(row.getField("value"))), row::toString);
  }

  private static List<NamedCsvRecord> rows(String table) throws IOException {
    try (CsvReader<NamedCsvRecord> rows =
        CsvReader.builder().ofNamedCsvRecord(FOLDER.resolve(table))) {
      return rows.stream().toList();
    }
  }
}
