package dev.elbo.io;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * Records as JSON documents. Every component must be there and hold a value, unless it is annotated
 * with {@code @JsonSetter(nulls = Nulls.SET)}: what is not there is null then. Numbers that are not
 * finite, which JSON does not have, are refused when they are read and written as null.
 */
public final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .addModule(FiniteNumbers.module())
          .defaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.FAIL, Nulls.FAIL))
          .build();

  private static final ObjectWriter LINE =
      MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT);

  private static final String END = "\n}";
  private static final String SEAL = ",\n  \"documentSha256\" : \"";
  private static final String SEALED_END = "\"\n}\n";

  private Json() {}

  /**
   * The document of a record or a map; absent values are {@code null}. What could steer a terminal
   * is escaped.
   */
  public static String text(Object value) {
    return text(value, MAPPER.writer());
  }

  /** The same document in one line. */
  public static String line(Object value) {
    return text(value, LINE);
  }

  private static String text(Object value, ObjectWriter writer) {
    try {
      return Printable.of(writer.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + value, e);
    }
  }

  /**
   * A document whose form is not known.
   *
   * @param json the document, in UTF-8
   * @throws ElboException if it is none, has a member twice or is nested too deeply
   */
  public static JsonNode tree(byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw new ElboException("expected a JSON document: " + reason(e));
    }
  }

  /** What is wrong and where. */
  private static String reason(IOException e) {
    if (!(e instanceof JsonProcessingException found)) {
      return e.getMessage();
    }
    JsonLocation place = found.getLocation();
    return withoutRemarks(found)
        + (place == null
            ? ""
            : ", at line %d, column %d".formatted(place.getLineNr(), place.getColumnNr()));
  }

  private static String withoutRemarks(JsonProcessingException e) {
    String words = e.getOriginalMessage().lines().findFirst().orElse("");
    int remarks = words.indexOf(" (start marker");
    return remarks < 0 ? words : words.substring(0, remarks);
  }

  /**
   * The values of a record and of the records in it, by name: {@code weightDecay} is {@code
   * weight-decay}. The elements of an array are one text, with commas between them, or {@code
   * none}; what is null is left out.
   *
   * @throws IllegalArgumentException if two have one name
   */
  public static SequencedMap<String, String> leaves(Object value) {
    SequencedMap<String, String> leaves = new LinkedHashMap<>();
    addLeaves(MAPPER.valueToTree(value), leaves);
    return leaves;
  }

  private static void addLeaves(JsonNode object, SequencedMap<String, String> leaves) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      JsonNode value = member.getValue();
      if (value.isObject()) {
        addLeaves(value, leaves);
      } else if (!value.isNull()
          && leaves.put(OptionName.of(member.getKey()), leaf(value)) != null) {
        throw new IllegalArgumentException("two values are called " + member.getKey());
      }
    }
  }

  private static String leaf(JsonNode value) {
    if (!value.isArray()) {
      return value.asText();
    }
    return value.isEmpty()
        ? "none"
        : value.valueStream().map(JsonNode::asText).collect(Collectors.joining(","));
  }

  /**
   * An object with its members in this order.
   *
   * @param namesAndValues names and values in turn; a value may be null
   */
  public static Map<String, Object> object(Object... namesAndValues) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int n = 0; n < namesAndValues.length; n += 2) {
      object.put((String) namesAndValues[n], namesAndValues[n + 1]);
    }
    return object;
  }

  /**
   * Writes a document to a file, whole or not at all. Its last member is the SHA-256 of the
   * document without it.
   *
   * @param value a record or map with something in it
   * @throws ElboException if the file cannot be written
   */
  public static void write(Path file, Object value) {
    String document = text(value);
    AtomicFile.writeString(file, start(document) + SEAL + sha256(document) + SEALED_END);
  }

  private static String start(String document) {
    return document.substring(0, document.length() - END.length());
  }

  private static String sha256(String document) {
    return Sha256.of(out -> out.write(document.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Reads a file.
   *
   * @throws ElboException if it cannot be read, or {@link #parse} throws
   */
  public static <T> T read(Path file, Class<T> type) {
    try {
      return parse(file, Files.readString(file), type);
    } catch (IOException e) {
      throw ElboException.cannot("be read", file, e);
    }
  }

  private static String unsealed(Path file, String text) {
    int seal = text.lastIndexOf(SEAL);
    if (seal < 0) {
      return text;
    }
    String document = text.substring(0, seal) + END;
    if (!text.equals(start(document) + SEAL + sha256(document) + SEALED_END)) {
      throw ElboException.in(
          file,
          "the file is not the one that was written: expected the SHA-256 %s, found another; take a"
                  .formatted(sha256(document))
              + " good copy, make it again, or, if you changed it on purpose, remove its"
              + " documentSha256");
    }
    return document;
  }

  /**
   * Reads a document. One without a hash, as people and older versions write files, is taken as it
   * is.
   *
   * @param file where it comes from, for the message
   * @param json the document
   * @throws ElboException if it was changed after it was written, or does not hold such a record
   */
  public static <T> T parse(Path file, String json, Class<T> type) {
    try {
      T value = MAPPER.readValue(unsealed(file, json), type);
      if (value == null) {
        throw ElboException.at(
            file, 1, "expected the JSON of a %s, found null".formatted(type.getSimpleName()));
      }
      return value;
    } catch (JsonProcessingException e) {
      long line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      String found =
          e instanceof InvalidNullException missing
              ? "there is no \"%s\", or it is null"
                  .formatted(missing.getPropertyName().getSimpleName())
              : withoutRemarks(e);
      throw ElboException.at(
          file,
          Math.max(1, line),
          "not the JSON of a %s: %s".formatted(type.getSimpleName(), found));
    }
  }
}
