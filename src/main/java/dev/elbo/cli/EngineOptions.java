package dev.elbo.cli;

import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.model.Model;
import dev.elbo.train.SavedModel;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which engine computes, and on how many threads. */
final class EngineOptions {

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "engine that computes; with a device, if it has several: tornado:0:1")
  private String engine = "fast";

  @Option(
      names = "--threads",
      converter = ThreadsConverter.class,
      paramLabel = "N",
      description = "threads; results do not depend on it (default: all cores)")
  private int threads = Runtime.getRuntime().availableProcessors();

  /** Reads a number of threads. Far more than there are cores only takes memory. */
  static final class ThreadsConverter implements ITypeConverter<Integer> {
    private static final int MOST = 1024;

    @Override
    public Integer convert(String text) {
      int threads = new Positive().convert(text);
      if (threads > MOST) {
        throw new TypeConversionException(
            "expected at most %d threads, found '%s'".formatted(MOST, text));
      }
      return threads;
    }
  }

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
