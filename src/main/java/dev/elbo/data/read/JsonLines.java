package dev.elbo.data.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Lines that hold one JSON object each.
 *
 * @param file the file, for errors
 */
record JsonLines(Path file) {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * The strings, numbers and booleans of an object, as text, in the order they are written. Other
   * values are skipped.
   *
   * @param line the line
   * @param wanted names of the fields to take
   * @throws ElboException if the line is not one JSON object
   */
  Map<String, String> values(Line line, Predicate<String> wanted) {
    Map<String, String> values = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(line.text())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw malformed(line, 1);
      }
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL && wanted.test(name)) {
          values.put(name, parser.getText());
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw malformed(line, parser.currentTokenLocation().getColumnNr());
      }
      return values;
    } catch (JsonProcessingException e) {
      // Nesting, names and numbers beyond Jackson's limits come without a place.
      throw malformed(line, e.getLocation() == null ? 1 : e.getLocation().getColumnNr());
    } catch (IOException e) {
      throw new IllegalStateException("a string is read without I/O", e);
    }
  }

  /**
   * A field that every line must have.
   *
   * @throws ElboException if it is missing
   */
  String required(Line line, Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw ElboException.at(
          file,
          line.number(),
          "expected a field \"%s\" with text or a number, as in the first line, found %s"
              .formatted(name, Quoted.of(line.text())));
    }
    return value;
  }

  private ElboException malformed(Line line, int column) {
    return ElboException.at(
        file,
        line.number(),
        "expected one JSON object in the line, found an error at column %d of %s"
            .formatted(column, Quoted.of(line.text())));
  }
}
