package dev.elbo.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of figures in {@code reference-results}: every one says what it is and where from. */
class FiguresTest {
  private static final Path FOLDER = Path.of("..", "reference-results");
  private static final List<String> COLUMNS =
      List.of("system", "data", "protocol", "metric", "value", "source");

  @TestFactory
  Stream<DynamicTest> publishedFigures() throws IOException {
    return tests("published.csv", COLUMNS);
  }

  @TestFactory
  Stream<DynamicTest> measuredFigures() throws IOException {
    List<String> columns = new ArrayList<>(COLUMNS);
    columns.add("command");
    return tests("measured.csv", columns);
  }

  @ParameterizedTest
  @ValueSource(strings = {"published.csv", "measured.csv"})
  void noFigureIsGivenTwice(String table) throws IOException {
    var seen = new HashSet<List<String>>();
    for (NamedCsvRecord row : rows(table)) {
      List<String> what =
          COLUMNS.stream().filter(c -> !c.equals("value")).map(row::getField).toList();
      assertTrue(seen.add(what), row::toString);
    }
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
    for (String field : row.getFields()) {
      assertFalse(field.isBlank(), row::toString);
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
