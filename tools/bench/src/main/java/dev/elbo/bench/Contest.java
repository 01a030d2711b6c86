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

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "turns of each contestant (default: ${DEFAULT-VALUE})")
  private int rounds = 7;

  @Option(
      names = "--turn",
      paramLabel = "SECONDS",
      description = "a turn is as many runs as begin in this time (default: ${DEFAULT-VALUE})")
  private double turn = 1;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = "the same before the first round, not timed (default: ${DEFAULT-VALUE})")
  private double warmUp = 4;

  /**
   * Something to time.
   *
   * @param name what it is
   * @param run does it once
   */
  public record Contestant(String name, Runnable run) {

    /** The duration of each of as many runs as begin in a time; at least one. */
    List<Double> runFor(double seconds) {
      var durations = new ArrayList<Double>();
      long begin = System.nanoTime();
      long start = begin;
      do {
        run.run();
        long end = System.nanoTime();
        durations.add((end - start) * 1e-9);
        start = end;
      } while ((start - begin) * 1e-9 < seconds);
      return durations;
    }
  }

  /**
   * Times contestants.
   *
   * @param contestants who takes part, in order of their turns
   * @param progress told what goes on
   * @return their timings, in the same order
   */
  List<Timing> run(List<Contestant> contestants, Consumer<String> progress) {
    var durations = new ArrayList<List<Double>>();
    for (Contestant contestant : contestants) {
      progress.accept("warming up: " + contestant.name());
      contestant.runFor(warmUp);
      durations.add(new ArrayList<>());
    }
    for (int round = 1; round <= rounds; round++) {
      progress.accept("round %d of %d".formatted(round, rounds));
      for (int c = 0; c < contestants.size(); c++) {
        durations.get(c).addAll(contestants.get(c).runFor(turn));
      }
    }
    var timings = new ArrayList<Timing>();
    for (int c = 0; c < contestants.size(); c++) {
      double[] seconds = durations.get(c).stream().mapToDouble(Double::doubleValue).toArray();
      timings.add(Timing.of(contestants.get(c).name(), seconds));
    }
    return timings;
  }
}
