package dev.elbo.verify;

import dev.elbo.ElboException;
import dev.elbo.io.Npz;
import dev.elbo.io.Safetensors;
import dev.elbo.io.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Somebody's tensors beside those of a golden case.
 *
 * @param golden the case
 * @param tolerance largest relative difference that passes, see {@link Difference#relative}
 * @param comparisons a comparison for each tensor that both have, in the order of computation
 * @param unknown names that the case does not have, each with the most similar one that it has
 * @param diagnosis what explains the differences
 */
public record Verification(
    GoldenCase golden,
    double tolerance,
    List<Comparison> comparisons,
    SequencedMap<String, String> unknown,
    Diagnosis diagnosis) {

  /**
   * What float64 arithmetic may differ by. Roundings make 1e-15; mistakes as small as an epsilon in
   * another place make 1e-8.
   */
  public static final double FLOAT64_TOLERANCE = 1e-9;

  /** What float32 arithmetic may differ by: a rounding is 6e-8, and ten updates add to it. */
  public static final double FLOAT32_TOLERANCE = 1e-4;

  /**
   * Compares a file.
   *
   * @param golden the case
   * @param file a safetensors or {@code .npz} file
   * @param tolerance largest relative difference that passes; if empty, one for the precision of
   *     the file
   * @throws ElboException if the file cannot be read, or has no tensor of the case
   */
  public static Verification of(GoldenCase golden, Path file, Optional<Double> tolerance) {
    SequencedMap<String, Tensor> found = read(file);
    if (found.keySet().stream().noneMatch(golden.tensors()::containsKey)) {
      throw ElboException.in(
          file,
          "expected tensors of %s, such as %s; found %s"
              .formatted(
                  golden.name(),
                  "loss or gradient." + golden.model().affineLayers().getLast().weight(),
                  found.isEmpty() ? "none" : String.join(", ", found.keySet())));
    }
    return of(golden, found, tolerance.orElseGet(() -> toleranceOf(found)));
  }

  /** Compares tensors. */
  static Verification of(GoldenCase golden, Map<String, Tensor> found, double tolerance) {
    List<Comparison> comparisons = new ArrayList<>();
    golden
        .tensors()
        .forEach(
            (name, expected) -> {
              if (found.containsKey(name)) {
                comparisons.add(Comparison.of(name, expected, found.get(name), tolerance));
              }
            });
    SequencedMap<String, String> unknown = new LinkedHashMap<>();
    for (String name : found.keySet()) {
      if (!golden.tensors().containsKey(name)) {
        unknown.put(name, mostSimilar(name, golden.tensors().keySet().stream().toList()));
      }
    }
    return new Verification(
        golden, tolerance, comparisons, unknown, Diagnosis.of(golden, comparisons, tolerance));
  }

  /** By the content, whatever the file's name: a zip file begins with PK. */
  private static SequencedMap<String, Tensor> read(Path file) {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(2);
    } catch (IOException e) {
      throw ElboException.cannot("be read", file, e);
    }
    boolean zip = start.length == 2 && start[0] == 'P' && start[1] == 'K';
    return zip ? Npz.read(file) : Safetensors.read(file).tensors();
  }

  private static double toleranceOf(Map<String, Tensor> found) {
    return found.values().stream().anyMatch(Tensor.Float32.class::isInstance)
        ? FLOAT32_TOLERANCE
        : FLOAT64_TOLERANCE;
  }

  /** Whether nothing differs. */
  public boolean passes() {
    return firstDifference().isEmpty();
  }

  /** The first tensor that differs, in the order of computation. */
  public Optional<Comparison> firstDifference() {
    return comparisons.stream().filter(comparison -> !comparison.passes()).findFirst();
  }

  private static String mostSimilar(String name, List<String> names) {
    return names.stream().min(Comparator.comparingInt(other -> edits(name, other))).orElseThrow();
  }

  /** Levenshtein's distance: how many letters to insert, delete or replace. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], row[j]));
      }
    }
    return row[to.length()];
  }
}
