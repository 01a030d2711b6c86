package dev.elbo.verify;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which known mistakes explain the tensors that differ. A mistake is named only if computing with
 * it gives the very values that were found, and changes no tensor that is right: the first tensor
 * that differs is explained first, then, with that mistake put in, the first one that still
 * differs, and so on.
 *
 * @param causes what was found, in the order of computation
 * @param unexplained the first tensor that no known mistake explains; empty if all are explained
 * @param remarks what can be said about that tensor
 */
public record Diagnosis(List<Cause> causes, Optional<String> unexplained, List<String> remarks) {

  /** What float16 arithmetic may differ by: a rounding is 5e-4, and sums add to it. */
  private static final double FLOAT16_TOLERANCE = 1e-2;

  /**
   * One mistake.
   *
   * @param tensor the first tensor that shows it
   * @param mistakes what gives the values found; several if the tensors at hand do not tell them
   *     apart
   */
  public record Cause(String tensor, List<Mistake> mistakes) {}

  /** Looks for the causes. */
  static Diagnosis of(GoldenCase golden, List<ComparedTensor> comparisons) {
    List<ComparedTensor> fitting =
        comparisons.stream().filter(c -> c.values().isPresent()).toList();
    Set<String> right =
        fitting.stream()
            .filter(ComparedTensor::hasRightValues)
            .map(ComparedTensor::name)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    List<Cause> causes = new ArrayList<>();
    Set<Mistake> made = new LinkedHashSet<>();
    while (true) {
      Optional<ComparedTensor> first =
          fitting.stream().filter(comparison -> !right.contains(comparison.name())).findFirst();
      if (first.isEmpty()) {
        return new Diagnosis(causes, Optional.empty(), List.of());
      }
      ComparedTensor open = first.get();
      List<Mistake> best = best(golden, made, fitting, right, open);
      if (best.isEmpty()) {
        return new Diagnosis(causes, Optional.of(open.name()), remarks(golden, open));
      }
      causes.add(new Cause(open.name(), best));
      made.add(best.getFirst());
      right.addAll(matching(golden, made, fitting));
    }
  }

  /**
   * The mistakes that explain a tensor and leave right what is, or what the mistakes before
   * explain; of these the ones that explain the most others.
   */
  private static List<Mistake> best(
      GoldenCase golden,
      Set<Mistake> made,
      List<ComparedTensor> found,
      Set<String> right,
      ComparedTensor open) {
    List<Mistake> best = new ArrayList<>();
    int most = 0;
    for (Mistake mistake : Mistake.all(golden)) {
      Set<Mistake> tried = new LinkedHashSet<>(made);
      if (tried.add(mistake) && !matching(golden, tried, List.of(open)).isEmpty()) {
        Set<String> explained = matching(golden, tried, found);
        if (!explained.containsAll(right)) {
          continue;
        }
        if (explained.size() > most) {
          best.clear();
          most = explained.size();
        }
        if (explained.size() == most) {
          best.add(mistake);
        }
      }
    }
    return best;
  }

  /** The tensors that are what an implementation with these mistakes computes. */
  private static Set<String> matching(
      GoldenCase golden, Set<Mistake> mistakes, List<ComparedTensor> found) {
    Set<String> names = found.stream().map(ComparedTensor::name).collect(Collectors.toSet());
    Map<String, double[]> replayed = Replay.of(golden, mistakes, names);
    names.clear();
    for (ComparedTensor comparison : found) {
      String name = comparison.name();
      double[] values = comparison.values().orElseThrow();
      if (golden.difference(name, replayed.get(name), values).isWithin(comparison.tolerance())) {
        names.add(name);
      }
    }
    return names;
  }

  private static List<String> remarks(GoldenCase golden, ComparedTensor open) {
    double[] found = open.values().orElseThrow();
    List<String> remarks = new ArrayList<>();
    long nans = Arrays.stream(found).filter(Double::isNaN).count();
    if (nans > 0) {
      remarks.add("%d of its %d values are NaN".formatted(nans, found.length));
    }
    if (Arrays.stream(found).allMatch(value -> value == 0)) {
      remarks.add("it is 0 everywhere");
    }
    precision(golden, open).ifPresent(remarks::add);
    multiple(golden, open).or(() -> differingRows(golden, open)).ifPresent(remarks::add);
    return remarks;
  }

  /** If the values have fewer bits than what they are compared with. */
  private static Optional<String> precision(GoldenCase golden, ComparedTensor open) {
    double[] expected = golden.values(open.name());
    double[] found = open.values().orElseThrow();
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    if (Arrays.stream(found).allMatch(value -> value == float16(value))
        && Difference.between(expected, found, largest).isWithin(FLOAT16_TOLERANCE)) {
      return Optional.of(
          "its values are float16, whose 11 bits explain a difference of this size; compute and"
              + " save float32 or float64");
    }
    double float32 = Verification.float32Tolerance(golden, open.name());
    if (Arrays.stream(found).allMatch(value -> value == (float) value)
        && open.difference().orElseThrow().isWithin(float32)) {
      return Optional.of(
          "its values were computed in float32, whose rounding explains a difference of this size;"
              + " --tolerance %.0e allows for it".formatted(float32));
    }
    return Optional.empty();
  }

  private static float float16(double value) {
    return Float.float16ToFloat(Float.floatToFloat16((float) value));
  }

  /**
   * If one factor is everywhere between the found and the expected values; of a single value, if
   * the factor means something.
   */
  private static Optional<String> multiple(GoldenCase golden, ComparedTensor open) {
    double[] expected = golden.values(open.name());
    double[] found = open.values().orElseThrow();
    int largest =
        IntStream.range(0, expected.length)
            .reduce(0, (a, b) -> Math.abs(expected[b]) > Math.abs(expected[a]) ? b : a);
    double factor = found[largest] / expected[largest];
    double[] scaled = Arrays.stream(expected).map(value -> factor * value).toArray();
    if (factor == 0
        || !Double.isFinite(factor)
        || !golden.difference(open.name(), scaled, found).isWithin(open.tolerance())) {
      return Optional.empty();
    }
    double rows = golden.input().rows();
    double columns = golden.model().items();
    double events = golden.input().size();
    Optional<String> name =
        Stream.of(
                Map.entry(", which is B", rows),
                Map.entry(", which is 1/B", 1 / rows),
                Map.entry(", which is I", columns),
                Map.entry(", which is 1/I", 1 / columns),
                Map.entry(", which is B/N, a mean over all events", rows / events),
                Map.entry("", 2.0),
                Map.entry("", 0.5))
            .filter(known -> Math.abs(known.getValue() / factor - 1) <= open.tolerance())
            .map(Map.Entry::getKey)
            .findFirst();
    if (expected.length == 1 && name.isEmpty()) {
      return Optional.empty();
    }
    String digits =
        new BigDecimal(factor).round(new MathContext(10)).stripTrailingZeros().toPlainString();
    return Optional.of(
        "it is %s times ours%s%s"
            .formatted(digits, expected.length == 1 ? "" : ", everywhere", name.orElse("")));
  }

  /** If some rows of the batch are right, in a tensor that has a row for each of them. */
  private static Optional<String> differingRows(GoldenCase golden, ComparedTensor open) {
    int rows = golden.input().rows();
    int[] shape = open.expectedShape();
    if (!open.name().matches("activation\\..*|scores|top_n")
        || open.isTransposed()
        || shape.length != 2
        || shape[0] != rows) {
      return Optional.empty();
    }
    double[] expected = golden.values(open.name());
    double[] found = open.values().orElseThrow();
    int width = shape[1];
    double allowed = open.tolerance() * Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    List<Integer> differing =
        IntStream.range(0, rows)
            .filter(
                row ->
                    IntStream.range(row * width, (row + 1) * width)
                        .anyMatch(n -> !(Math.abs(expected[n] - found[n]) <= allowed)))
            .boxed()
            .toList();
    if (differing.size() == rows) {
      return Optional.empty();
    }
    String sizes =
        String.join(
            ", ",
            differing.stream()
                .map(row -> "%d has %d".formatted(row, golden.input().size(row)))
                .toList());
    return Optional.of(
        "it differs in %d of the %d rows only (counted from 0, with how many columns each has: %s)"
            .formatted(differing.size(), rows, sizes));
  }
}
