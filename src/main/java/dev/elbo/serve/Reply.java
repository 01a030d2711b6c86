package dev.elbo.serve;

import dev.elbo.io.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What is sent back.
 *
 * @param status the HTTP status
 * @param type the content's media type
 * @param body the content; not copied
 */
record Reply(int status, String type, byte[] body) {

  private static final String JSON = "application/json";

  /** A JSON document, on one line. */
  static Reply json(int status, Object document) {
    return text(status, JSON, Json.line(document) + "\n");
  }

  /** A JSON document of what was asked for. */
  static Reply json(Object document) {
    return json(200, document);
  }

  static Reply text(int status, String type, String text) {
    return new Reply(status, type, text.getBytes(StandardCharsets.UTF_8));
  }

  static Reply error(Refusal refusal) {
    return json(refusal.status(), Map.of("error", refusal.getMessage()));
  }
}
