package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Scorer;
import dev.elbo.engine.Scoring;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.train.SavedModel;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which engine computes, and on how many threads. */
@Section(Section.Of.RUNNING)
final class EngineOptions {

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description =
          "engine that computes networks, baselines need none; with a device, if it has several:"
              + " tornado:0:1")
  private String engine = "fast";

  @Option(
      names = "--threads",
      converter = ThreadsConverter.class,
      showDefaultValue = CommandLine.Help.Visibility.NEVER, // that of this machine
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

  /**
   * Scores with a trained model, whatever it is.
   *
   * @param saved the model
   * @param scoring how
   * @param use is given what scores, and may not keep it
   * @return what {@code use} returns
   * @throws ElboException if a baseline is to score otherwise than it does
   */
  <T> T score(SavedModel saved, Scoring scoring, Function<Scorer, T> use) {
    return switch (saved.description().model()) {
      case ModelOptions _ -> {
        try (Engine engine = create(saved)) {
          yield use.apply(scoring.of(engine, saved.description().seed()));
        }
      }
      case BaselineOptions(var baseline) -> {
        if (!scoring.equals(Scoring.LIANG)) {
          throw new ElboException(
              "--sample-scores, --zero-seen and --skip-last are for networks, and the model is %s: leave"
                      .formatted(baseline)
                  + " them out, and a --dialect that sets them");
        }
        yield use.apply(saved.baseline());
      }
    };
  }

  /** An engine that scores with a trained network. */
  Engine create(SavedModel saved) {
    return create(saved.model(), saved.state());
  }
}
