package dev.elbo.report;

import dev.elbo.data.read.ReadingOptions;
import dev.elbo.eval.Estimate;
import dev.elbo.model.Architecture;
import dev.elbo.model.Baseline;
import dev.elbo.model.ModelOptions;
import dev.elbo.train.EpochResult;
import dev.elbo.train.RunOptions;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/** Models that were never trained, to be reported on. */
final class Models {

  /** The options of a model that has none. */
  static final RunOptions POPULARITY = RunOptions.of(Baseline.POPULARITY);

  private Models() {}

  /** Metrics, each with a standard error of 0.01. */
  static SequencedMap<String, Estimate> metrics(Object... namesAndMeans) {
    SequencedMap<String, Estimate> metrics = new LinkedHashMap<>();
    for (int n = 0; n < namesAndMeans.length; n += 2) {
      metrics.put((String) namesAndMeans[n], new Estimate((double) namesAndMeans[n + 1], 0.01));
    }
    return metrics;
  }

  /** A model without recorded epochs. */
  static ReportedModel model(
      String name, String data, RunOptions run, SequencedMap<String, Estimate> metrics) {
    return new ReportedModel(
        name,
        Path.of(name),
        Optional.empty(),
        new SavedModel.Description(
            "1.0", "fast", run, data, 4.0, ReadingOptions.DEFAULT, 0, metrics, List.of()),
        List.of());
  }

  /** The same with another architecture. */
  static ReportedModel with(Architecture architecture, ReportedModel model) {
    SavedModel.Description one = model.description();
    SavedModel.Description other =
        new SavedModel.Description(
            one.version(),
            one.engine(),
            RunOptions.of(architecture),
            one.dataSha256(),
            one.minRating(),
            one.reading(),
            one.bestEpoch(),
            one.validation(),
            one.unrated());
    return new ReportedModel(model.name(), model.dir(), model.search(), other, model.epochs());
  }

  /** A Mult-VAE of three epochs of which the second was kept, with the given ndcg@100. */
  static ReportedModel vae(String name, List<Integer> hidden, int latent, double ndcg) {
    var network = new ModelOptions(Architecture.MULT_VAE, hidden, latent, 0.5, 0);
    RunOptions run = RunOptions.of(Architecture.MULT_VAE).with(network);
    SavedModel.Description one = model(name, "d1", run, metrics("ndcg@100", ndcg)).description();
    SavedModel.Description kept =
        new SavedModel.Description(
            one.version(),
            one.engine(),
            one.run(),
            one.dataSha256(),
            one.minRating(),
            one.reading(),
            2,
            one.validation(),
            one.unrated());
    List<EpochResult> epochs =
        IntStream.rangeClosed(1, 3)
            .mapToObj(
                epoch ->
                    new EpochResult(
                        epoch,
                        0.1 * epoch,
                        1e-3,
                        700.5 - epoch,
                        690.25 - epoch,
                        30.125 + epoch,
                        1,
                        metrics("ndcg@100", ndcg)))
            .toList();
    return new ReportedModel(name, Path.of(name), Optional.empty(), kept, epochs);
  }

  /** A baseline of the same data. */
  static ReportedModel ease(double ndcg) {
    return model("ease", "d1", RunOptions.of(Baseline.EASE), metrics("ndcg@100", ndcg));
  }
}
