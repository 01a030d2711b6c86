package dev.elbo.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {

  /** How a point is drawn. */
  enum Colour {
    DARK_RED;

    @Override
    public String toString() {
      return "dark-red";
    }
  }

  /** A record of all that is in use. */
  record Point(
      double x,
      int n,
      @JsonSetter(nulls = Nulls.SET) Double error,
      String name,
      Colour colour,
      List<Integer> list) {}

  private static final Point POINT =
      new Point(0.1 + 0.2, -7, null, "é \"", Colour.DARK_RED, List.of(1, 2));

  @TempDir private Path folder;

  @Test
  void readsWhatItWrote() {
    Path file = folder.resolve("point.json");
    Json.write(file, POINT);
    assertEquals(POINT, Json.read(file, Point.class));
    assertTrue(Json.text(POINT).contains("\"dark-red\""));
  }

  /** So that a file of a version that did not know the component can be read. */
  @Test
  void whatMayBeNullMayBeMissing() {
    String json = Json.text(POINT).replaceFirst("\"error\" : null,", "");
    assertEquals(POINT, Json.parse(folder, json, Point.class));
  }

  @Test
  void leavesAreTheValuesByTheNamesOfOptions() {
    var inner = Json.object("weightDecay", 0.5, "hidden", List.of(), "absent", null);
    assertEquals(
        Map.of("n", "3", "weight-decay", "0.5", "hidden", "none", "metrics", "a,b"),
        Json.leaves(Json.object("n", 3, "of", inner, "metrics", List.of("a", "b"))));
    Object twice = Json.object("n", 3, "of", Json.object("n", 4));
    assertThrows(IllegalArgumentException.class, () -> Json.leaves(twice));
  }

  @Test
  void doublesKeepTheirLastBit() {
    for (double x : new double[] {1.0 / 3, Math.PI, Double.MIN_VALUE, Double.MAX_VALUE, -0.0}) {
      Point read = Json.parse(folder, Json.text(at(x)), Point.class);
      assertEquals(Double.doubleToRawLongBits(x), Double.doubleToRawLongBits(read.x()));
    }
  }

  @Test
  void whatIsNotFiniteIsNull() {
    for (double x : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
      assertTrue(Json.text(at(x)).contains("\"x\" : null"), Json.text(at(x)));
      assertTrue(Json.text(Json.object("x", (float) x)).contains("\"x\" : null"));
    }
  }

  @Test
  void whatCouldSteerATerminalIsEscaped() {
    String name = "\u001B[2J \u009B \u202E \t \n \u200D \\";
    String json = Json.text(Json.object("name", name));
    assertTrue(json.contains("\"\\u001B[2J \\u009B \\u202E \\t \\n \u200D \\\\\""), json);
    assertEquals(name, Json.parse(folder, json, Map.class).get("name"));
  }

  private static Point at(double x) {
    return new Point(x, 0, 0.5, "", Colour.DARK_RED, List.of());
  }

  /** What in the document is replaced by what, and what the error says. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "name"      | "nam"  | there is no "name"
          -7          | null   | null
          -7          | seven  | seven
          dark-red    | green  | green
          "dark-red"  | null   | colour
          "dark-red"  | 0      | Colour
          0.3\\d+     | 1e999  | expected a finite number, found 1e999
          0.3\\d+     | NaN    | not the JSON of a Point
          0.3\\d+     | '"NaN"' | expected a finite number, found NaN
          -7          | 7.5    | not the JSON of a Point
          -7          | '"7"'  | not the JSON of a Point
          "list"      | '"n" : 1, "list"' | Duplicate field 'n'
          , 2         | , null | list
          (?s).*      | null   | found null
          \\}\\s*$    | '}}'   | not the JSON of a Point
          \\}\\s*$    | ''     | not the JSON of a Point
          """)
  void anythingElseIsAnErrorWithFileAndLine(String found, String replacement, String message) {
    Path file = folder.resolve("point.json");
    AtomicFile.writeString(file, Json.text(POINT).replaceFirst(found, replacement));
    var error = assertThrows(ElboException.class, () -> Json.read(file, Point.class));
    assertEquals(file, error.file().orElseThrow());
    assertTrue(error.line().orElseThrow() >= 1);
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void anEditedFileIsAnError() throws IOException {
    Path file = folder.resolve("point.json");
    Json.write(file, POINT);
    String intact = Files.readString(file);
    for (int at = 0; at < intact.length(); at++) {
      var changed = new StringBuilder(intact);
      changed.setCharAt(at, (char) (intact.charAt(at) ^ 1));
      Files.writeString(file, changed);
      assertThrows(ElboException.class, () -> Json.read(file, Point.class), changed::toString);
    }
  }

  @Test
  void aFileWithoutAHashIsTaken() {
    Path file = folder.resolve("point.json");
    AtomicFile.writeString(file, Json.text(POINT));
    assertEquals(POINT, Json.read(file, Point.class));
  }

  @Test
  void aMissingFileIsAnError() {
    var error =
        assertThrows(ElboException.class, () -> Json.read(folder.resolve("no"), Point.class));
    assertTrue(error.getMessage().contains("cannot be read"), error.getMessage());
    assertTrue(Files.notExists(folder.resolve("no")));
  }
}
