package dev.elbo.verify;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which known mistakes explain the tensors that differ. A mistake is named only if computing with
 * it gives the very values that were found: the first tensor that differs is explained first, then,
 * with that mistake put in, the first one that still differs, and so on.
 *
 * @param causes what was found, in the order of computation
 * @param unexplained the first tensor that no known mistake explains; empty if all are explained
 * @param remarks what can be said about that tensor
 */
public record Diagnosis(List<Cause> causes, Optional<String> unexplained, List<String> remarks) {

  /**
   * One mistake.
   *
   * @param tensor the first tensor that shows it
   * @param mistakes what gives the values found; several if the tensors at hand do not tell them
   *     apart
   */
  public record Cause(String tensor, List<Mistake> mistakes) {}

  /** Looks for the causes. */
  static Diagnosis of(GoldenCase golden, List<Comparison> comparisons, double tolerance) {
    SequencedMap<String, double[]> found = new LinkedHashMap<>();
    Set<String> correct = new LinkedHashSet<>();
    for (Comparison comparison : comparisons) {
      comparison.values().ifPresent(values -> found.put(comparison.name(), values));
      if (comparison.difference().filter(d -> d.relative() <= tolerance).isPresent()) {
        correct.add(comparison.name()); // a transposed tensor too: its values are
      }
    }
    if (correct.size() == found.size()) {
      return new Diagnosis(List.of(), Optional.empty(), List.of());
    }
    List<Cause> causes = new ArrayList<>();
    Set<Mistake> made = new LinkedHashSet<>();
    while (true) {
      Set<String> explained = matching(golden, made, found, tolerance);
      Optional<String> first =
          found.keySet().stream()
              .filter(name -> !correct.contains(name) && !explained.contains(name))
              .findFirst();
      if (first.isEmpty()) {
        return new Diagnosis(causes, first, List.of());
      }
      List<Mistake> best = best(golden, made, found, first.get(), tolerance);
      if (best.isEmpty()) {
        Comparison open =
            comparisons.stream().filter(c -> c.name().equals(first.get())).findFirst().get();
        return new Diagnosis(causes, first, remarks(golden, open, tolerance));
      }
      causes.add(new Cause(first.get(), best));
      made.add(best.getFirst());
    }
  }

  /** The mistakes that explain a tensor, and of these the ones that explain the most others. */
  private static List<Mistake> best(
      GoldenCase golden,
      Set<Mistake> made,
      Map<String, double[]> found,
      String tensor,
      double tolerance) {
    Map<String, double[]> alone = Map.of(tensor, found.get(tensor));
    List<Mistake> best = new ArrayList<>();
    int most = 0;
    for (Mistake mistake : Mistake.all(golden.model())) {
      Set<Mistake> tried = new LinkedHashSet<>(made);
      if (tried.add(mistake) && !matching(golden, tried, alone, tolerance).isEmpty()) {
        int explained = matching(golden, tried, found, tolerance).size();
        if (explained > most) {
          best.clear();
          most = explained;
        }
        if (explained == most) {
          best.add(mistake);
        }
      }
    }
    return best;
  }

  /** The tensors that are what an implementation with these mistakes computes. */
  private static Set<String> matching(
      GoldenCase golden, Set<Mistake> mistakes, Map<String, double[]> found, double tolerance) {
    Map<String, double[]> replayed = Replay.of(golden, mistakes, found.keySet());
    Set<String> matching = new LinkedHashSet<>();
    found.forEach(
        (name, values) -> {
          if (Difference.close(replayed.get(name), values, tolerance)) {
            matching.add(name);
          }
        });
    return matching;
  }

  private static List<String> remarks(GoldenCase golden, Comparison open, double tolerance) {
    double[] expected = golden.values(open.name());
    double[] found = open.values().orElseThrow();
    List<String> remarks = new ArrayList<>();
    long nans = Arrays.stream(found).filter(Double::isNaN).count();
    if (nans > 0) {
      remarks.add("%d of its %d values are NaN".formatted(nans, found.length));
    }
    boolean floats = Arrays.stream(found).allMatch(value -> value == (float) value);
    if (floats && Difference.close(expected, found, Verification.FLOAT32_TOLERANCE)) {
      remarks.add(
          "its values were computed in float32, whose rounding explains a difference of this size;"
              + " --tolerance %s allows for it".formatted(Verification.FLOAT32_TOLERANCE));
    }
    multiple(golden, expected, found, tolerance).ifPresent(remarks::add);
    differingUsers(golden, open, tolerance).ifPresent(remarks::add);
    return remarks;
  }

  /** If one factor is everywhere between the found and the expected values. */
  private static Optional<String> multiple(
      GoldenCase golden, double[] expected, double[] found, double tolerance) {
    int largest =
        IntStream.range(0, expected.length)
            .reduce(0, (a, b) -> Math.abs(expected[b]) > Math.abs(expected[a]) ? b : a);
    double factor = found[largest] / expected[largest];
    double[] scaled = Arrays.stream(expected).map(value -> factor * value).toArray();
    if (expected.length == 1
        || factor == 0
        || !Double.isFinite(factor)
        || !Difference.close(scaled, found, tolerance)) {
      return Optional.empty();
    }
    double users = golden.input().rows();
    double items = golden.model().items();
    String name =
        Stream.of(
                Map.entry("B", users),
                Map.entry("1/B", 1 / users),
                Map.entry("I", items),
                Map.entry("1/I", 1 / items))
            .filter(known -> Math.abs(known.getValue() / factor - 1) <= tolerance)
            .map(known -> ", which is " + known.getKey())
            .findFirst()
            .orElse("");
    String digits =
        new BigDecimal(factor).round(new MathContext(10)).stripTrailingZeros().toPlainString();
    return Optional.of("it is %s times ours, everywhere%s".formatted(digits, name));
  }

  /** If some users' rows are right. */
  private static Optional<String> differingUsers(
      GoldenCase golden, Comparison open, double tolerance) {
    int users = golden.input().rows();
    if (!open.name().matches("activation\\..*|scores|top_n") || open.isTransposed()) {
      return Optional.empty();
    }
    double[] expected = golden.values(open.name());
    double[] found = open.values().orElseThrow();
    int width = expected.length / users;
    double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    List<Integer> differing =
        IntStream.range(0, users)
            .filter(
                user ->
                    IntStream.range(user * width, (user + 1) * width)
                        .anyMatch(n -> !(Math.abs(expected[n] - found[n]) <= tolerance * scale)))
            .boxed()
            .toList();
    if (differing.size() == users) {
      return Optional.empty();
    }
    String items =
        String.join(
            ", ",
            differing.stream()
                .map(user -> "%d with %d".formatted(user, golden.input().size(user)))
                .toList());
    return Optional.of(
        "it differs for %d of the %d users only (counted from 0, with their number of items: %s)"
            .formatted(differing.size(), users, items));
  }
}
