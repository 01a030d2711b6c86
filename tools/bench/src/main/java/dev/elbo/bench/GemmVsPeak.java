package dev.elbo.bench;

import dev.elbo.ElboException;
import dev.elbo.bench.Contest.Contestant;
import dev.elbo.linalg.Gemm;
import dev.elbo.linalg.Workers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ejml.concurrency.EjmlConcurrency;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The products of Mult-VAE's last layer as a share of what the machine could compute, and against
 * PyTorch's, OpenBLAS's, netlib's and EJML's.
 */
@Command(
    name = "gemm-vs-peak",
    mixinStandardHelpOptions = true,
    description = "Times the last layer's matrix products against the peak of the machine.")
final class GemmVsPeak implements Runnable {

  @Mixin private Console console;
  @Mixin private Contest contest;
  @Mixin private MultVae vae;

  /**
   * The speed of one contestant.
   *
   * @param name the contestant
   * @param runs number of timed runs
   * @param fastest GFLOP/s of the fastest run
   * @param median GFLOP/s of the median run
   * @param lowerQuartile three quarters of the runs had at least this, in GFLOP/s
   * @param upperQuartile a quarter of the runs had at least this, in GFLOP/s
   */
  record Speed(
      String name,
      int runs,
      double fastest,
      double median,
      double lowerQuartile,
      double upperQuartile) {
    static Speed of(Timing timing, double flops) {
      return new Speed(
          timing.name(),
          timing.runs(),
          flops / timing.fastest() * 1e-9,
          flops / timing.median() * 1e-9,
          flops / timing.upperQuartile() * 1e-9,
          flops / timing.lowerQuartile() * 1e-9);
    }
  }

  /**
   * What was measured.
   *
   * @param machine where
   * @param shape of model and batch
   * @param speeds of every contestant, the peak first
   * @param fraction the smallest of our products' medians over the peak's fastest run
   */
  record Result(Machine machine, String shape, List<Speed> speeds, double fraction) {}

  @Override
  public void run() {
    int threads = console.threads();
    Torch.start(threads);
    EjmlConcurrency.setMaxThreads(threads);
    try (var workers = new Workers(threads);
        var manager = Torch.engine().newBaseManager()) {
      var gemm = new Gemm(workers);
      console.progress("looking for the fastest FMA chains");
      var peak = FmaPeak.best(workers);
      var contestants = new ArrayList<Contestant>();
      var flops = new ArrayList<Double>();
      contestants.add(new Contestant("peak: " + peak, peak));
      flops.add(peak.flops());
      NetlibBlas java = NetlibBlas.java(workers);
      Optional<NetlibBlas> openBlas = NetlibBlas.openBlas(threads);
      if (openBlas.isEmpty()) {
        console.progress(NetlibBlas.NO_OPENBLAS);
      }
      for (Product product : Product.ofLastLayer(vae)) {
        var ofProduct = new ArrayList<Contestant>();
        ofProduct.add(product.ours(gemm));
        ofProduct.add(product.torch(manager));
        openBlas.ifPresent(blas -> ofProduct.add(blas.contestant(product)));
        ofProduct.add(java.contestant(product));
        ofProduct.add(product.ejml());
        contestants.addAll(ofProduct);
        flops.addAll(Collections.nCopies(ofProduct.size(), product.flops()));
      }
      List<Timing> timings = contest.run(contestants, console::progress);
      var speeds = new ArrayList<Speed>();
      for (int c = 0; c < timings.size(); c++) {
        speeds.add(Speed.of(timings.get(c), flops.get(c)));
      }
      report(speeds);
      requireBound(speeds);
    }
  }

  /**
   * Checks that nothing was faster than the peak.
   *
   * @param speeds of every contestant, the peak first
   * @throws ElboException if a product's fastest run was faster than the peak's
   */
  static void requireBound(List<Speed> speeds) {
    Speed peak = speeds.getFirst();
    for (Speed speed : speeds) {
      if (speed.fastest() > peak.fastest()) {
        throw new ElboException(
            "%s reached %.1f GFLOP/s, and the %s only %.1f: that is no bound for this machine; give it more --rounds, or add its fastest chains to FmaPeak"
                .formatted(speed.name(), speed.fastest(), peak.name(), peak.fastest()));
      }
    }
  }

  private void report(List<Speed> speeds) {
    double peak = speeds.getFirst().fastest();
    double slowest =
        speeds.stream()
            .filter(speed -> speed.name().startsWith(Product.OURS))
            .mapToDouble(Speed::median)
            .min()
            .orElseThrow();
    var result =
        new Result(Machine.here(console.threads()), vae.toString(), speeds, slowest / peak);
    var lines = new ArrayList<String>();
    lines.add(result.machine().toString());
    lines.add("matrix products of Mult-VAE's last layer, " + result.shape() + ", in GFLOP/s");
    lines.add("| contestant | fastest | median | quartiles | of peak | runs |");
    lines.add("|---|---:|---:|---:|---:|---:|");
    for (Speed s : speeds) {
      lines.add(
          "| %s | %.1f | %.1f | %.1f to %.1f | %.2f | %d |"
              .formatted(
                  s.name(),
                  s.fastest(),
                  s.median(),
                  s.lowerQuartile(),
                  s.upperQuartile(),
                  s.median() / peak,
                  s.runs()));
    }
    lines.add(
        "the slowest of Elbo's products, its median as a fraction of the peak's fastest run:");
    lines.add("fraction %.2f".formatted(result.fraction()));
    console.report(result, lines);
  }
}
