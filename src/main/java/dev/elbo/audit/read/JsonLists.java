package dev.elbo.audit.read;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.ElboException;
import dev.elbo.data.read.Column;
import dev.elbo.io.Json;
import dev.elbo.io.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * JSON lines. An object is either a user with all items, best first, {@code {"user": "7", "items":
 * ["3", "1"]}}, of which each may be an object with a score, as in the {@code .jsonl} of {@code
 * elbo recommend}; or a user, an item and a rank or a score.
 */
final class JsonLists {
  private static final List<String> USERS = List.of("query", "qid");
  private static final List<String> LISTS = List.of("items", "recommendations", "item_ids");

  private JsonLists() {}

  static Recommendations read(Path file, BufferedReader in) throws IOException {
    var lists = new RecommendationsBuilder();
    boolean perUser = false;
    long number = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      if (!line.isBlank()) {
        JsonNode object = object(file, number, line);
        JsonNode items = member(object, LISTS);
        if (items == null) {
          add(lists, file, number, user(file, number, object), object);
        } else {
          String user = user(file, number, object);
          lists.startList(user);
          for (JsonNode item : items) {
            add(lists, file, number, user, item);
          }
          perUser = true;
        }
      }
    }
    return lists.build(perUser ? "JSON lines, a user each" : "JSON lines, an item each");
  }

  private static JsonNode object(Path file, long line, String text) {
    try {
      JsonNode object = Json.tree(text.getBytes(StandardCharsets.UTF_8));
      if (object.isObject()) {
        return object;
      }
    } catch (ElboException e) {
      throw ElboException.at(file, line, e.getMessage());
    }
    throw ElboException.at(file, line, "expected a JSON object, found " + Printable.quoted(text));
  }

  private static void add(
      RecommendationsBuilder lists, Path file, long line, String user, JsonNode item) {
    if (item.isValueNode()) {
      lists.add(user, item.asText(), Double.NaN, Double.NaN);
      return;
    }
    JsonNode id = member(item, Column.ITEM);
    if (id == null) {
      throw ElboException.at(
          file, line, "expected an item, found " + Printable.shortened(item.toString()));
    }
    lists.add(
        user,
        id.asText(),
        number(file, line, member(item, Column.RANK)),
        number(file, line, member(item, Column.PREDICTION)));
  }

  private static double number(Path file, long line, JsonNode value) {
    return value == null ? Double.NaN : Numbers.parse(file, line, value.asText());
  }

  private static String user(Path file, long line, JsonNode object) {
    JsonNode user = member(object, Column.USER);
    user = user == null ? member(object, USERS) : user;
    if (user == null) {
      throw ElboException.at(
          file,
          line,
          "expected a user, in a member such as \"user\", found "
              + Printable.shortened(object.toString()));
    }
    return user.asText();
  }

  private static JsonNode member(JsonNode object, Column column) {
    List<String> names = names(object).toList();
    int at = column.in(names);
    return at < 0 ? null : object.get(names.get(at));
  }

  private static JsonNode member(JsonNode object, List<String> wanted) {
    return names(object).filter(wanted::contains).findFirst().map(object::get).orElse(null);
  }

  private static Stream<String> names(JsonNode object) {
    Iterable<String> names = object::fieldNames;
    return StreamSupport.stream(names.spliterator(), false);
  }
}
