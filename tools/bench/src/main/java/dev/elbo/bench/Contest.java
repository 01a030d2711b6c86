package dev.elbo.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/**
 * Times contestants in one process. They take turns, round after round, so that whatever else the
 * machine does meets all of them alike; a median forgives the rest.
 */
final class Contest {

  @Option(names = "--rounds", description = "turns of each contestant (default: ${DEFAULT-VALUE})")
  private int rounds = 7;

  @Option(names = "--repeats", description = "timed runs in a turn (default: ${DEFAULT-VALUE})")
  private int repeats = 3;

  @Option(
      names = "--warm-ups",
      description = "runs of each contestant before the first round (default: ${DEFAULT-VALUE})")
  private int warmUps = 5;

  /**
   * Something to time.
   *
   * @param name what it is
   * @param run does it once
   */
  record Contestant(String name, Runnable run) {}

  /**
   * Times contestants.
   *
   * @param contestants who takes part, in order of their turns
   * @param progress told what goes on
   * @return their timings, in the same order
   */
  List<Timing> run(List<Contestant> contestants, Consumer<String> progress) {
    for (Contestant contestant : contestants) {
      progress.accept("warming up: " + contestant.name());
      for (int n = 0; n < warmUps; n++) {
        contestant.run().run();
      }
    }
    var seconds = new ArrayList<List<Double>>();
    contestants.forEach(_ -> seconds.add(new ArrayList<>()));
    for (int round = 1; round <= rounds; round++) {
      progress.accept("round %d of %d".formatted(round, rounds));
      for (int c = 0; c < contestants.size(); c++) {
        for (int n = 0; n < repeats; n++) {
          seconds.get(c).add(seconds(contestants.get(c).run()));
        }
      }
    }
    var timings = new ArrayList<Timing>();
    for (int c = 0; c < contestants.size(); c++) {
      timings.add(
          Timing.of(
              contestants.get(c).name(),
              seconds.get(c).stream().mapToDouble(Double::doubleValue).toArray()));
    }
    return timings;
  }

  private static double seconds(Runnable run) {
    long start = System.nanoTime();
    run.run();
    return (System.nanoTime() - start) * 1e-9;
  }
}
