package dev.elbo.cli;

import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.model.Model;
import dev.elbo.train.SavedModel;
import picocli.CommandLine.Option;

/** Which engine computes, and on how many threads. */
final class EngineOptions {

  @Option(names = "--engine", paramLabel = "NAME", description = "engine that computes")
  private String engine = "fast";

  @Option(
      names = "--threads",
      converter = Positive.class,
      paramLabel = "N",
      description = "threads; results do not depend on it (default: all cores)")
  private int threads = Runtime.getRuntime().availableProcessors();

  String name() {
    return engine;
  }

  int threads() {
    return threads;
  }

  /** An engine for a model. */
  Engine create(Model model, EngineState state) {
    return Engines.byName(engine).create(model, state, threads);
  }

  /** An engine that scores with a trained model. */
  Engine create(SavedModel saved) {
    return create(saved.model(), saved.state());
  }
}
