package dev.elbo.data.read;

import dev.elbo.ElboException;
import dev.elbo.data.read.Columns.Positions;
import dev.elbo.data.read.text.BadLine;
import dev.elbo.data.read.text.JsonObjects;
import dev.elbo.data.read.text.Line;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * JSON lines.
 *
 * @param first the first line that is not blank
 * @param names the fields of the first object
 * @param positions which of them are the columns
 */
record JsonLines(Line first, List<String> names, Positions positions) implements RatingsFormat {

  static JsonLines detect(Path file, Line first, Columns columns) {
    try {
      List<String> names = List.copyOf(JsonObjects.ofLine(first.text(), _ -> true).keySet());
      return new JsonLines(first, names, columns.in(file, first.number(), names));
    } catch (BadLine e) {
      throw ElboException.at(file, first.number(), e.getMessage());
    }
  }

  @Override
  public long skipHeader(BufferedReader in) {
    return first.number();
  }

  @Override
  public void read(BufferedReader in, long line, InteractionsBuilder events) throws IOException {
    List<String> wanted = positions.names(names);
    long number = line;
    for (String text = in.readLine(); text != null; text = in.readLine(), number++) {
      if (text.isBlank()) {
        continue;
      }
      try {
        Map<String, String> values = JsonObjects.ofLine(text, wanted::contains);
        String object = text;
        events.add(positions, number, i -> JsonObjects.required(values, names.get(i), object));
      } catch (BadLine e) {
        events.skip(number, e.getMessage());
      }
    }
  }

  @Override
  public boolean isDivisible() {
    return true;
  }

  @Override
  public FileContent content(Path file, Events events) {
    return new FileContent(
        events,
        "JSON lines: " + String.join(", ", positions.names(names)),
        positions.others(names),
        null);
  }
}
