package dev.elbo.serve;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.DidYouMean;
import dev.elbo.ElboException;
import dev.elbo.io.Json;
import dev.elbo.io.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The JSON object of a request, whose members are read by name. Whatever is not as expected is
 * refused with its name.
 *
 * @param node the object
 */
record RequestDocument(JsonNode node) {

  private static final int LONGEST_ID = 1_000;

  /**
   * Reads a body.
   *
   * @throws Refusal if it is no JSON object
   */
  static RequestDocument of(byte[] body) {
    try {
      return of(Json.tree(body), "the body");
    } catch (ElboException e) {
      throw bad(e.getMessage());
    }
  }

  private static RequestDocument of(JsonNode node, String what) {
    if (node == null || !node.isObject()) {
      throw bad("%s: expected a JSON object, such as {\"items\": [\"318\"]}".formatted(what));
    }
    return new RequestDocument(node);
  }

  private static Refusal bad(String message) {
    return new Refusal(Refusal.BAD_REQUEST, message);
  }

  boolean has(String name) {
    return node.has(name);
  }

  /** Refuses members of other names. */
  RequestDocument requireOnly(List<String> names) {
    for (var member : node.properties()) {
      String name = member.getKey();
      if (!names.contains(name)) {
        throw bad(
            "unknown member \"%s\"%s; expected %s"
                .formatted(
                    Printable.shortened(name),
                    DidYouMean.among(names, name),
                    String.join(", ", names)));
      }
    }
    return this;
  }

  /** The objects of an array. */
  List<RequestDocument> objects(String name, int limit) {
    List<RequestDocument> objects = new ArrayList<>();
    for (JsonNode element : array(name, limit)) {
      objects.add(of(element, name));
    }
    return objects;
  }

  /** Ids; empty if there is no such member. */
  Optional<List<String>> ids(String name, int limit) {
    if (!node.has(name)) {
      return Optional.empty();
    }
    List<String> ids = new ArrayList<>();
    for (JsonNode element : array(name, limit)) {
      ids.add(id(name, element));
    }
    return Optional.of(ids);
  }

  /** The ids of a member that must be there. */
  List<String> requiredIds(String name, int limit) {
    return ids(name, limit)
        .orElseThrow(() -> bad("expected \"%s\", an array of ids".formatted(name)));
  }

  /** One id. */
  String id(String name) {
    return id(name, node.path(name));
  }

  /** An id is text; a whole number stands for its digits. */
  private static String id(String name, JsonNode value) {
    if (value.isTextual() || value.isIntegralNumber()) {
      String id = value.asText();
      if (id.length() > LONGEST_ID) {
        throw new Refusal(
            Refusal.TOO_LARGE,
            "%s: expected ids of at most %,d characters, found one of %,d"
                .formatted(name, LONGEST_ID, id.length()));
      }
      return id;
    }
    throw bad("%s: expected ids, such as \"318\", found %s".formatted(name, found(value)));
  }

  /** Numbers; none if there is no such member. */
  List<Double> numbers(String name, int limit) {
    if (!node.has(name)) {
      return List.of();
    }
    List<Double> numbers = new ArrayList<>();
    for (JsonNode element : array(name, limit)) {
      if (!element.isNumber()) {
        throw bad("%s: expected numbers, found %s".formatted(name, found(element)));
      }
      numbers.add(element.doubleValue());
    }
    return numbers;
  }

  /** A whole number from 1; one of its own if there is no such member. */
  int count(String name, int usual, int most) {
    if (!node.has(name)) {
      return usual;
    }
    JsonNode value = node.get(name);
    if (!value.canConvertToInt() || !value.isIntegralNumber()) {
      throw bad("%s: expected a whole number, found %s".formatted(name, found(value)));
    }
    int count = value.intValue();
    if (count < 1 || count > most) {
      throw bad("%s: expected a number from 1 to %d, found %d".formatted(name, most, count));
    }
    return count;
  }

  private JsonNode array(String name, int limit) {
    JsonNode value = node.path(name);
    if (!value.isArray()) {
      throw bad("%s: expected an array, found %s".formatted(name, found(value)));
    }
    if (value.size() > limit) {
      throw new Refusal(
          Refusal.TOO_LARGE,
          "%s: expected at most %,d, found %,d".formatted(name, limit, value.size()));
    }
    return value;
  }

  private static String found(JsonNode value) {
    return value.isMissingNode() ? "none" : Printable.shortened(value.toString());
  }
}
