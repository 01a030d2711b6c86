package dev.elbo.gradients.exercises;

import dev.elbo.ElboException;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.ComparedDerivative;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.Shape;
import dev.elbo.own.Layout;
import dev.elbo.own.OwnParts;
import dev.elbo.own.Witness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What somebody's own part computes, beside what it is to compute. The forward pass is held to the
 * right part, the backward pass to the differences of the right part's output: so each is judged by
 * itself.
 *
 * @param exercise what was to be written
 * @param forward each output, own and right
 * @param backward each derivative, own and measured; none if there is no backward pass
 * @param failure what somebody's code threw, and where: what comes after it was not computed
 */
public record Attempt(
    Exercise exercise,
    List<Compared> forward,
    List<Compared> backward,
    Optional<ElboException> failure) {

  /** Copies the lists. */
  public Attempt {
    forward = List.copyOf(forward);
    backward = List.copyOf(backward);
  }

  /**
   * A tensor of values and what they are to be.
   *
   * @param array what somebody's code calls it, such as {@code dW}
   * @param values each of them, with its place
   * @param looksLike the known mistakes that give the same
   */
  public record Compared(
      String array, List<ComparedDerivative> values, List<KnownMistake> looksLike) {

    /** Copies the lists. */
    public Compared {
      values = List.copyOf(values);
      looksLike = List.copyOf(looksLike);
    }

    /** Those that are wrong. */
    public List<ComparedDerivative> wrong() {
      return values.stream().filter(one -> !one.agrees()).toList();
    }

    /**
     * The number that all values are a multiple by, where it is not one: -1 for a sign, {@code B}
     * for a forgotten mean. A single value is a multiple of another anyway; a factor of it is named
     * if that, or one over it, is a whole number.
     */
    public Optional<Double> factor() {
      double products = 0;
      double squares = 0;
      for (ComparedDerivative one : values) {
        products += one.analytic() * one.numeric();
        squares += one.numeric() * one.numeric();
      }
      double factor = products / squares;
      boolean isMultiple =
          Math.abs(factor) > 1e-6
              && values.stream()
                  .allMatch(
                      one ->
                          Math.abs(one.analytic() - factor * one.numeric())
                              <= GradientCheck.allowed(one.analytic(), factor * one.numeric()));
      boolean says = values.size() > 1 || isWhole(factor) || isWhole(1 / factor);
      return isMultiple && says ? Optional.of(factor) : Optional.empty();
    }
  }

  /** Whether a number is whole, up to rounding. */
  private static boolean isWhole(double number) {
    return Math.abs(number - Math.round(number)) < 1e-9;
  }

  /** Whether all of it is there and right. */
  public boolean isRight() {
    return failure.isEmpty()
        && forward.stream().allMatch(one -> one.wrong().isEmpty())
        && backward.stream().allMatch(one -> one.wrong().isEmpty());
  }

  /**
   * Tries what somebody has written.
   *
   * @param exercise what was to be written
   * @param written an implementation of the exercise's task
   * @param seed of the values to try it on
   */
  public static Attempt of(Exercise exercise, Object written, long seed) {
    Shape shape = exercise.shape().withSeed(seed);
    Recorder recorder = new Recorder(exercise, shape);
    try {
      Claim claim = exercise.claim().apply(shape, new OwnParts(List.of(written), recorder));
      return new Attempt(exercise, recorder.forward, recorder.backward(claim), Optional.empty());
    } catch (ElboException e) {
      return new Attempt(exercise, recorder.forward, List.of(), Optional.of(e));
    }
  }

  private static final class Recorder implements Witness {
    private final Exercise exercise;
    private final Shape shape;
    private final List<Compared> forward = new ArrayList<>();
    private final Map<String, Layout> inputs = new LinkedHashMap<>();

    Recorder(Exercise exercise, Shape shape) {
      this.exercise = exercise;
      this.shape = shape;
    }

    @Override
    public void input(String name, Layout layout) {
      inputs.put(name, layout);
    }

    @Override
    public void output(String name, Layout layout, double[] own, Supplier<double[]> right) {
      Place place = Place.ofOutput(name, layout, own.length);
      double[] now = own.clone();
      forward.addAll(compared(name, layout, place, now, right.get().clone()));
    }

    List<Compared> backward(Claim claim) {
      List<Compared> compared = new ArrayList<>();
      Map<String, double[]> measured = new LinkedHashMap<>();
      for (ComparedDerivative one : GradientCheck.compare(claim, GradientCheck.Form.EVERY_VALUE)) {
        int n = Integer.parseInt(one.where().substring(1, one.where().length() - 1));
        measured.computeIfAbsent(one.tensor(), _ -> new double[size(claim, one.tensor())])[n] =
            one.numeric();
      }
      for (Claim.Variable variable : claim.variables()) {
        compared.addAll(
            compared(
                variable.name(),
                inputs.get(variable.name()),
                exercise.places().get(variable.name()),
                variable.gradient(),
                measured.getOrDefault(variable.name(), new double[0])));
      }
      return compared;
    }

    private static int size(Claim claim, String tensor) {
      return claim.variables().stream()
          .filter(variable -> variable.name().equals(tensor))
          .findFirst()
          .orElseThrow()
          .values()
          .length;
    }

    /** One tensor, or the two arrays that it is made of. */
    private List<Compared> compared(
        String tensor, Layout layout, Place place, double[] own, double[] right) {
      Map<String, List<Integer>> arrays = new LinkedHashMap<>();
      for (int n = 0; n < own.length; n++) {
        arrays.computeIfAbsent(place.array(layout, n), _ -> new ArrayList<>()).add(n);
      }
      List<Compared> all = new ArrayList<>();
      arrays.forEach(
          (array, positions) -> {
            List<ComparedDerivative> values =
                positions.stream()
                    .map(
                        n ->
                            new ComparedDerivative(
                                place.of(layout, n), /* where= */ "", own[n], right[n]))
                    .toList();
            boolean isRight = values.stream().allMatch(ComparedDerivative::agrees);
            all.add(
                new Compared(
                    array, values, isRight ? List.of() : like(tensor, positions, own, right)));
          });
      return all;
    }

    /** The mistakes that give these values, and not the right ones. */
    private List<KnownMistake> like(
        String tensor, List<Integer> positions, double[] own, double[] right) {
      return exercise.mistakes().stream()
          .filter(
              mistake -> {
                double[] wrong = mistake.values().apply(shape).get(tensor);
                return wrong != null
                    && wrong.length == own.length
                    && positions.stream().allMatch(n -> isClose(own[n], wrong[n]))
                    && !positions.stream().allMatch(n -> isClose(right[n], wrong[n]));
              })
          .toList();
    }

    private static boolean isClose(double one, double other) {
      return Math.abs(one - other) <= GradientCheck.allowed(one, other);
    }
  }
}
