package dev.elbo.verify;

import dev.elbo.DidYouMean;
import dev.elbo.ElboException;
import dev.elbo.engine.EngineProvider;
import dev.elbo.io.Printable;
import dev.elbo.io.Tensor;
import dev.elbo.io.TensorFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Somebody's tensors, or an engine's, beside those of a golden case.
 *
 * @param golden the case
 * @param comparisons a comparison for each tensor that both have, in the order of computation
 * @param unknownTensors how many have names that the case does not have
 * @param unknown the first ten of these names, each with the most similar one that it has
 * @param diagnosis what explains the differences
 */
public record Verification(
    GoldenCase golden,
    List<ComparedTensor> comparisons,
    int unknownTensors,
    SequencedMap<String, String> unknown,
    Diagnosis diagnosis) {

  /**
   * What float64 arithmetic may differ by. Roundings make 1e-15; mistakes as small as an epsilon in
   * another place make 1e-8.
   */
  public static final double FLOAT64_TOLERANCE = 1e-9;

  /** What float32 arithmetic may differ by: a rounding is 6e-8, and sums add to it. */
  private static final double FLOAT32_TOLERANCE = 1e-4;

  /**
   * What it may differ by in a parameter after updates, as a share of the movement, and beside the
   * parameter's own rounding: {@code 1 - beta2^t} alone, near 1e-3, is off by 6e-5 of itself.
   */
  private static final double FLOAT32_UPDATE_TOLERANCE = 1e-3;

  /**
   * How much a file may hold beyond the case, in bytes: tensors of other shapes or names, which are
   * reported.
   */
  private static final long ROOM = 64L << 20;

  /** For so many unknown names a similar one is looked for. */
  private static final int MOST_UNKNOWN = 10;

  /**
   * Compares a file.
   *
   * @param golden the case
   * @param file a safetensors or {@code .npz} file
   * @param tolerance largest relative difference that passes; if empty, one for the precision of
   *     each tensor. Integers must be the same in any case.
   * @throws ElboException if the file cannot be read, or has no tensor of the case
   */
  public static Verification of(GoldenCase golden, Path file, Optional<Double> tolerance) {
    SequencedMap<String, Tensor> found = TensorFile.read(file, golden.bytes() + ROOM);
    if (found.keySet().stream().noneMatch(golden.tensors()::containsKey)) {
      throw ElboException.in(
          file,
          "expected tensors of %s, such as %s; found %s"
              .formatted(
                  golden.name(),
                  "loss or gradient." + golden.model().affineLayers().getLast().weight(),
                  found.isEmpty() ? "none" : Printable.some(found.keySet())));
    }
    return of(golden, found, tolerance);
  }

  /**
   * Compares what an engine computes.
   *
   * @param golden the case
   * @param engine makes the engine, which has all that the case asks for
   * @param threads how many threads it may use
   * @param tolerance as for a file
   */
  public static Verification of(
      GoldenCase golden, EngineProvider engine, int threads, Optional<Double> tolerance) {
    return of(golden, EngineTensors.of(golden, engine, threads), tolerance);
  }

  /** Compares tensors. */
  static Verification of(GoldenCase golden, Map<String, Tensor> found, Optional<Double> tolerance) {
    List<ComparedTensor> comparisons = new ArrayList<>();
    for (String name : golden.tensors().keySet()) {
      Tensor other = found.get(name);
      if (other != null) {
        double allowed =
            isInteger(golden.tensors().get(name))
                ? 0
                : tolerance.orElseGet(() -> tolerance(golden, name, other));
        comparisons.add(ComparedTensor.of(golden, name, other, allowed));
      }
    }
    List<String> names = List.copyOf(golden.tensors().keySet());
    SequencedMap<String, String> unknown = new LinkedHashMap<>();
    found.keySet().stream()
        .filter(name -> !golden.tensors().containsKey(name))
        .limit(MOST_UNKNOWN)
        .forEach(
            name ->
                unknown.put(
                    name, DidYouMean.nearest(Printable.shortened(name), names).orElseThrow()));
    return new Verification(
        golden,
        comparisons,
        found.size() - comparisons.size(),
        unknown,
        Diagnosis.of(golden, comparisons));
  }

  private static boolean isInteger(Tensor tensor) {
    return tensor instanceof Tensor.Int32 || tensor instanceof Tensor.Int64;
  }

  /** For a tensor's own precision, whatever the others of the file have. */
  private static double tolerance(GoldenCase golden, String name, Tensor found) {
    return found instanceof Tensor.Float32
        ? float32Tolerance(golden, name)
        : FLOAT64_TOLERANCE + golden.rounding(name, 0x1p-53);
  }

  /** What a tensor that is computed in float32 may differ by. */
  static double float32Tolerance(GoldenCase golden, String name) {
    return (GoldenCase.isUpdated(name) ? FLOAT32_UPDATE_TOLERANCE : FLOAT32_TOLERANCE)
        + golden.rounding(name, 0x1p-24);
  }

  /** Whether nothing differs, and nothing is left that was not compared. */
  public boolean passes() {
    return firstDifference().isEmpty() && unknownTensors == 0;
  }

  /** The tensor that is the farthest off of what it may be. */
  public ComparedTensor worst() {
    return Collections.max(comparisons, Comparator.comparingDouble(ComparedTensor::share));
  }

  /** The first tensor that differs, in the order of computation. */
  public Optional<ComparedTensor> firstDifference() {
    return comparisons.stream().filter(comparison -> !comparison.passes()).findFirst();
  }
}
