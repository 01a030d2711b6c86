package dev.elbo.cli.options;

import dev.elbo.ElboException;
import dev.elbo.cli.terminal.Section;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Scoring;
import dev.elbo.recommend.ModelScorer;
import dev.elbo.train.SavedModel;
import java.util.Iterator;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which engine computes, and on how many threads. */
@Section(Section.Of.RUNNING)
public final class EngineArguments {

  /** Where the help leads for devices, and for ways to compute on them. */
  public static final String LISTED = "tornado:0:1 or tornado:cublas where `elbo engines` lists it";

  @AppliesTo(Family.NETWORK)
  @Option(
      names = "--engine",
      completionCandidates = EngineNames.class,
      paramLabel = "ENGINE",
      description =
          "engine that computes networks, baselines need none: ${COMPLETION-CANDIDATES}; "
              + LISTED
              + "; reference:FOLDER computes with the layers that you have written there (default:"
              + " fast)")
  private String engine;

  @Option(
      names = "--threads",
      converter = ThreadsConverter.class,
      showDefaultValue = CommandLine.Help.Visibility.NEVER, // that of this machine
      paramLabel = "N",
      description = "threads; results do not depend on it (default: all cores)")
  private int threads = Runtime.getRuntime().availableProcessors();

  /** The names of all engines. */
  public static final class EngineNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Engines.all().stream().map(EngineProvider::name).iterator();
    }
  }

  /** Reads a number of threads. Far more than there are cores only takes memory. */
  public static final class ThreadsConverter implements ITypeConverter<Integer> {
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

  /** The engine that was given, or else chosen, or else the fast one. */
  public String name() {
    return engine == null ? "fast" : engine;
  }

  /**
   * Refuses an engine that there is not, before anything is made.
   *
   * @throws dev.elbo.ElboException if there is no such engine
   */
  public void requireKnown() {
    Engines.byName(name());
  }

  /**
   * Chooses an engine, unless one was given.
   *
   * @throws ElboException if the choice is the reference engine with somebody's own code: nothing
   *     of a run's folder is run that was not asked for
   */
  public void complete(String chosen) {
    if (engine == null && chosen.startsWith("reference:")) {
      throw new ElboException(
          "the run computed with what is written in %s; give --engine %s to run that, or another"
                  .formatted(chosen.substring(chosen.indexOf(':') + 1), chosen)
              + " engine");
    }
    engine = engine == null ? chosen : engine;
  }

  /** How many threads. */
  public int threads() {
    return threads;
  }

  /**
   * What scores with a trained model.
   *
   * @param saved the model
   * @param scoring how
   */
  public ModelScorer scorer(SavedModel saved, Scoring scoring) {
    return ModelScorer.of(saved, scoring, name(), threads);
  }

  /** What scores with a trained model as it was trained to. */
  public ModelScorer scorer(SavedModel saved) {
    return ModelScorer.of(saved, name(), threads);
  }
}
