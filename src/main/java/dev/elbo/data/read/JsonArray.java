package dev.elbo.data.read;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.elbo.ElboException;
import dev.elbo.data.read.Columns.Positions;
import dev.elbo.data.read.text.JsonObjects;
import dev.elbo.data.read.text.SourceFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A JSON array of objects, in one line or in many, with an event in each object. */
final class JsonArray {
  private JsonArray() {}

  /**
   * Reads all events. The fields of the first object say what the columns are.
   *
   * @throws ElboException if the content is not such an array, or at the first object that is not
   *     as expected
   */
  static FileContent read(Path file, SourceFile source, ReadingOptions options) {
    var events = new InteractionsBuilder(file, options.skipBadLines());
    List<String> names = List.of();
    Positions positions = null;
    long line = 1;
    try (JsonParser parser = JsonObjects.JSON.createParser(source.content())) {
      require(parser.nextToken() == JsonToken.START_ARRAY, file, 1);
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        line = parser.currentTokenLocation().getLineNr();
        boolean first = positions == null;
        List<String> wanted = first ? List.of() : positions.names(names);
        Map<String, String> values =
            JsonObjects.values(parser, name -> first || wanted.contains(name));
        if (first) {
          names = List.copyOf(values.keySet());
          positions = options.columns().in(file, line, names);
        }
        List<String> all = names;
        events.add(
            positions, line, i -> JsonObjects.required(values, all.get(i), values.toString()));
      }
      line = parser.currentTokenLocation().getLineNr();
      require(parser.currentToken() == JsonToken.END_ARRAY, file, line);
      require(parser.nextToken() == null, file, line);
    } catch (JsonProcessingException e) {
      throw malformed(file, e.getLocation() == null ? line : e.getLocation().getLineNr());
    } catch (IOException e) {
      throw SourceFile.unreadable(file, line, e);
    }
    if (positions == null) {
      throw ElboException.in(file, "expected objects in the JSON array, found none");
    }
    return new FileContent(
        events.build(),
        "JSON array: " + String.join(", ", positions.names(names)),
        positions.others(names),
        null);
  }

  private static void require(boolean condition, Path file, long line) {
    if (!condition) {
      throw malformed(file, line);
    }
  }

  private static ElboException malformed(Path file, long line) {
    return ElboException.at(
        file, line, "expected a JSON array of objects and nothing else, found an error");
  }
}
