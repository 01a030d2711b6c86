package dev.elbo.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.ElboException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  void doublesKeepTheirLastBit() {
    for (double x : new double[] {1.0 / 3, Math.PI, Double.MIN_VALUE, Double.MAX_VALUE, -0.0}) {
      Point read = Json.parse(folder, Json.text(at(x)), Point.class);
      assertEquals(Double.doubleToRawLongBits(x), Double.doubleToRawLongBits(read.x()));
    }
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
  void aMissingFileIsAnError() {
    var error =
        assertThrows(ElboException.class, () -> Json.read(folder.resolve("no"), Point.class));
    assertTrue(error.getMessage().contains("cannot be read"), error.getMessage());
    assertTrue(Files.notExists(folder.resolve("no")));
  }
}
