package dev.elbo.report;

import dev.elbo.data.read.ReadingOptions;
import dev.elbo.engine.Scoring;
import dev.elbo.eval.Estimate;
import dev.elbo.model.Architecture;
import dev.elbo.model.ModelOptions;
import dev.elbo.train.EpochResult;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Models that were never trained, to be reported on. */
final class Models {

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
      String name,
      String data,
      Map<String, String> options,
      SequencedMap<String, Estimate> metrics) {
    return new ReportedModel(
        name,
        Path.of(name),
        Optional.empty(),
        new SavedModel.Description(
            "1.0",
            "fast",
            new ModelOptions(Architecture.MULT_VAE, List.of(), 4, 0.5, 0),
            new TreeMap<>(options),
            1,
            data,
            4.0,
            ReadingOptions.DEFAULT,
            0,
            metrics,
            Scoring.LIANG,
            List.of()),
        List.of());
  }

  /** The same with another architecture. */
  static ReportedModel with(Architecture architecture, ReportedModel model) {
    SavedModel.Description one = model.description();
    SavedModel.Description other =
        new SavedModel.Description(
            one.version(),
            one.engine(),
            new ModelOptions(architecture, List.of(), 4, 0.5, 0),
            one.options(),
            one.seed(),
            one.dataSha256(),
            one.minRating(),
            one.reading(),
            one.bestEpoch(),
            one.validation(),
            one.scoring(),
            one.unrated());
    return new ReportedModel(model.name(), model.dir(), model.search(), other, model.epochs());
  }

  /** A Mult-VAE of three epochs of which the second was kept, with the given ndcg@100. */
  static ReportedModel vae(String name, String hidden, int latent, double ndcg) {
    Map<String, String> options =
        Map.of("--model", "mult-vae", "--hidden", hidden, "--latent", Integer.toString(latent));
    SavedModel.Description one =
        model(name, "d1", options, metrics("ndcg@100", ndcg)).description();
    SavedModel.Description kept =
        new SavedModel.Description(
            one.version(),
            one.engine(),
            one.model(),
            one.options(),
            one.seed(),
            one.dataSha256(),
            one.minRating(),
            one.reading(),
            2,
            one.validation(),
            one.scoring(),
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
    return model("ease", "d1", Map.of("--model", "ease", "--l2", "700"), metrics("ndcg@100", ndcg));
  }
}
