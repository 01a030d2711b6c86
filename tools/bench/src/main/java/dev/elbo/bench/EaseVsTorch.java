package dev.elbo.bench;

import ai.djl.ndarray.NDManager;
import dev.elbo.bench.Contest.Contestant;
import dev.elbo.bench.TorchModel.Input;
import dev.elbo.data.CsrMatrix;
import dev.elbo.linalg.Workers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Fitting EASE, from the users' items to the weights, against PyTorch and OpenBLAS. */
@Command(
    name = "ease-vs-torch",
    mixinStandardHelpOptions = true,
    description = "Times fitting EASE against PyTorch's inverse and OpenBLAS's.")
final class EaseVsTorch implements Runnable {

  /** Users and items of the small model on which the peers are to find our weights. */
  private static final int FEW = 200;

  /** Relative to the largest weight; float32 sums are good to a few parts in a million. */
  private static final double TOLERANCE = 1e-4;

  @Mixin private Console console;
  @Mixin private Contest contest;

  @Option(
      names = "--items",
      description = "number of items, I (default: ${DEFAULT-VALUE}, MovieLens-1M)")
  private int items = 3483;

  @Option(
      names = "--users",
      paramLabel = "N",
      description = "training users (default: ${DEFAULT-VALUE}, MovieLens-1M)")
  private int users = 4534;

  /**
   * What was measured.
   *
   * @param machine where
   * @param items number of items
   * @param users number of users
   * @param peer the fastest of the others
   * @param timings of every contestant
   * @param ratio median of the peer over ours
   */
  record Result(
      Machine machine, int items, int users, String peer, List<Timing> timings, double ratio) {}

  @Override
  public void run() {
    int threads = console.threads();
    Torch.start(threads);
    if (!NetlibBlas.startOpenBlas(threads)) {
      console.progress(NetlibBlas.NO_OPENBLAS);
    }
    try (var workers = new Workers(threads);
        var manager = Torch.engine().newBaseManager()) {
      check(contestants(SyntheticUsers.draw(FEW, FEW), workers, manager));
      var contestants = new ArrayList<Contestant>();
      contestants(SyntheticUsers.draw(users, items), workers, manager)
          .forEach((name, ease) -> contestants.add(new Contestant(name, () -> ease.fit(_ -> {}))));
      report(contest.run(contestants, console::progress));
    }
  }

  /** Who takes part, ours first. */
  static Map<String, Ease> contestants(CsrMatrix users, Workers workers, NDManager manager) {
    var contestants = new LinkedHashMap<String, Ease>();
    contestants.put(Product.OURS, Ease.ours(users, workers));
    contestants.put(Torch.name() + ", dense", Ease.torch(users, Input.DENSE, manager));
    contestants.put(Torch.name() + ", sparse", Ease.torch(users, Input.SPARSE, manager));
    if (NetlibBlas.startOpenBlas(workers.threads())) {
      contestants.put("OpenBLAS, Cholesky", Ease.openBlas(users, workers));
    }
    return contestants;
  }

  /**
   * Checks that all find the same weights.
   *
   * @throws IllegalStateException if one does not
   */
  static void check(Map<String, Ease> contestants) {
    float[] expected = weights(contestants.get(Product.OURS));
    double largest = 0;
    for (float weight : expected) {
      largest = Math.max(largest, Math.abs(weight));
    }
    double tolerance = TOLERANCE * largest;
    contestants.forEach(
        (name, ease) -> {
          float[] found = weights(ease);
          for (int n = 0; n < expected.length; n++) {
            if (!(Math.abs(found[n] - expected[n]) <= tolerance)) {
              throw new IllegalStateException(
                  "weight %d of EASE: ours is %s, that of %s %s"
                      .formatted(n, expected[n], name, found[n]));
            }
          }
        });
  }

  private static float[] weights(Ease ease) {
    var found = new ArrayList<float[]>();
    ease.fit(weights -> found.add(weights.get()));
    return found.getFirst();
  }

  private void report(List<Timing> timings) {
    Timing peer = Timing.fastest(timings.subList(1, timings.size()));
    var result =
        new Result(
            Machine.here(console.threads()),
            items,
            users,
            peer.name(),
            timings,
            peer.median() / timings.getFirst().median());
    var lines = new ArrayList<String>();
    lines.add(result.machine().toString());
    lines.add("fitting EASE to %,d users of %,d items, in milliseconds".formatted(users, items));
    lines.addAll(Timing.table(timings));
    lines.add("weights agree on a small model; the peer is " + result.peer());
    lines.add("ratio %.2f".formatted(result.ratio()));
    console.report(result, lines);
  }
}
