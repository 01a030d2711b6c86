package dev.elbo.audit.definition;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Where a definition was read.
 *
 * @param project the project
 * @param file the file, with the line
 * @param commit the commit, in seven digits
 */
public record Source(String project, String file, String commit) {

  /** As one would cite it: {@code RecBole recbole/evaluator/metrics.py:160@7b02be5}. */
  @Override
  @JsonValue
  public String toString() {
    return "%s %s@%s".formatted(project, file, commit);
  }
}
