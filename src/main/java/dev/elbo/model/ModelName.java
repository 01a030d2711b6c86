package dev.elbo.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A model by its name on the command line: a network, or a baseline. */
public sealed interface ModelName permits Architecture, Baseline {

  /** All that can be trained. */
  static List<ModelName> all() {
    return Stream.<ModelName>concat(Stream.of(Architecture.values()), Stream.of(Baseline.values()))
        .toList();
  }

  /** The model of a name, as {@code toString} gives it. */
  static Optional<ModelName> of(String name) {
    return all().stream().filter(model -> model.toString().equals(name)).findFirst();
  }
}
