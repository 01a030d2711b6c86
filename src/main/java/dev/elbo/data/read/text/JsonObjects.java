package dev.elbo.data.read.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.elbo.io.Printable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/** JSON objects as records: their strings, numbers and booleans, as text, and null. */
public final class JsonObjects {
  /** Makes parsers that do not close what they read. */
  public static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamReadFeature.AUTO_CLOSE_SOURCE).build();

  private JsonObjects() {}

  /**
   * The values of the object in a line, in the order they are written. Values of other kinds are
   * skipped.
   *
   * @param line the line
   * @param wanted names of the fields to take
   * @throws BadLine if the line is not one JSON object
   */
  public static Map<String, String> ofLine(String line, Predicate<String> wanted) {
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw malformed(line, 1);
      }
      Map<String, String> values = values(parser, wanted);
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
   * The values of an object.
   *
   * @param parser stands at the object's brace, and then at the other one
   * @param wanted names of the fields to take
   */
  public static Map<String, String> values(JsonParser parser, Predicate<String> wanted)
      throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (value.isScalarValue() && wanted.test(name)) {
        values.put(name, value == JsonToken.VALUE_NULL ? null : parser.getText());
      } else {
        parser.skipChildren();
      }
    }
    return values;
  }

  /**
   * A field that every object must have.
   *
   * @param found the object, for the error
   * @throws BadLine if it is missing
   */
  public static String required(Map<String, String> values, String name, String found) {
    String value = values.get(name);
    if (value == null) {
      throw BadLine.expected(
          "a field \"%s\" with text or a number, as in other objects".formatted(name), found);
    }
    return value;
  }

  private static BadLine malformed(String line, int column) {
    return new BadLine(
        "expected one JSON object in the line, found an error at column %d of %s"
            .formatted(column, Printable.quoted(line)));
  }
}
