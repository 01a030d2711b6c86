package dev.elbo.bench;

import dev.elbo.data.Batch;
import dev.elbo.data.PreparedData;
import dev.elbo.engine.Engine;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Update;
import dev.elbo.model.KlWeight;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.random.Philox;
import dev.elbo.train.OutputSampler;
import dev.elbo.train.Sampling;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How far the gradient of sampled outputs is from the exact one, of the same batch with the same
 * noise: on average over draws, which is bias, and from draw to draw, which is variance.
 */
@Command(
    name = "sampled-gradients",
    mixinStandardHelpOptions = true,
    description = "Compares the gradients of sampled outputs with the exact one: a table.")
final class SampledGradients implements Runnable {

  @Mixin private Console console;

  @Option(names = "--data", required = true, paramLabel = "DIR", description = "prepared data")
  private Path data;

  @Option(names = "--model-dir", required = true, paramLabel = "DIR", description = "trained on it")
  private Path modelDir;

  @Option(names = "--batch-size", paramLabel = "N", description = "users (${DEFAULT-VALUE})")
  private int batchSize = 100;

  @Option(names = "--draws", paramLabel = "N", description = "for each row (${DEFAULT-VALUE})")
  private int draws = 50;

  @Option(
      names = "--sampled-items",
      split = ",",
      paramLabel = "M",
      description = "how many items are drawn (default: 128,512,2048)")
  private List<Integer> sampledItems = List.of(128, 512, 2048);

  @Option(
      names = "--sampling",
      split = ",",
      paramLabel = "PROPOSAL",
      description = "from what (default: uniform,0.5,0.75,1,log-uniform)")
  private List<String> proposals = List.of("uniform", "0.5", "0.75", "1", "log-uniform");

  /**
   * A row of the table. All but the loss is in units of the exact gradient's norm.
   *
   * @param sampledItems how many were drawn
   * @param sampling from what
   * @param loss mean of the loss, less the exact one, nats per user
   * @param cosine of a gradient and the exact one, mean
   * @param norm of a gradient, mean
   * @param bias distance of the mean gradient from the exact one, less what chance adds to it
   * @param deviation root of the mean squared distance of a gradient from the mean one
   */
  record Row(
      int sampledItems,
      String sampling,
      double loss,
      double cosine,
      double norm,
      double bias,
      double deviation) {}

  @Override
  public void run() {
    SavedModel saved = SavedModel.read(modelDir);
    PreparedData prepared = PreparedData.read(data);
    int[] users = Philox.stream(1, Philox.Purpose.SHUFFLE, 0).permutation(prepared.train().rows());
    Batch batch = Batch.of(prepared.train(), Arrays.copyOf(users, batchSize));
    Noise noise = Noise.of(1, 0);
    try (Engine engine =
        Engines.byName("fast").create(saved.model(), saved.state(), console.threads())) {
      Update exact = Update.of(batch, noise, MultVae.BETA);
      double[] gradient = flat(engine.gradients(exact));
      double nll = engine.loss(exact).nll();
      console.progress("| M | proposal | loss | cosine | norm | bias | deviation |");
      for (int m : sampledItems) {
        for (String proposal : proposals) {
          var sampling = new Sampling(m, SampledOutputs.proposal(proposal));
          var sampler = new OutputSampler(sampling, prepared.train().columnCounts());
          double[] sum = new double[gradient.length];
          double loss = 0;
          double cosine = 0;
          double norm = 0;
          double squares = 0;
          for (int draw = 0; draw < draws; draw++) {
            Outputs outputs = sampler.draw(Noise.of(2, draw));
            Update update =
                new Update(batch, noise, KlWeight.of(MultVae.BETA), Update.ALL, outputs);
            loss += engine.loss(update).nll() - nll;
            double[] drawn = flat(engine.gradients(update));
            double square = dot(drawn, drawn);
            norm += Math.sqrt(square);
            cosine += dot(drawn, gradient) / Math.sqrt(square);
            squares += square;
            for (int n = 0; n < sum.length; n++) {
              sum[n] += drawn[n];
            }
          }
          double size = dot(gradient, gradient);
          double ofMean = dot(sum, sum) / draws / draws;
          double variance = (squares / draws - ofMean) * draws / (draws - 1);
          double distance = ofMean - 2 * dot(sum, gradient) / draws + size;
          double unit = Math.sqrt(size);
          Row row =
              new Row(
                  m,
                  proposal,
                  loss / draws,
                  cosine / draws / unit,
                  norm / draws / unit,
                  Math.sqrt(Math.max(0, distance - variance / draws)) / unit,
                  Math.sqrt(variance) / unit);
          console.report(row, List.of(line(row)));
        }
      }
    }
  }

  private static String line(Row row) {
    return String.format(
        Locale.ROOT,
        "| %,d | %s | %.2f | %.3f | %.3f | %.3f | %.3f |",
        row.sampledItems(),
        row.sampling(),
        row.loss(),
        row.cosine(),
        row.norm(),
        row.bias(),
        row.deviation());
  }

  private static double[] flat(Parameters gradients) {
    return gradients.tensors().keySet().stream()
        .flatMapToDouble(name -> Arrays.stream(gradients.float64(name)))
        .toArray();
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int n = 0; n < x.length; n++) {
      sum += x[n] * y[n];
    }
    return sum;
  }
}
