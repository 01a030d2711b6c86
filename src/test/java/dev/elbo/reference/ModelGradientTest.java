package dev.elbo.reference;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.model.Architecture;
import dev.elbo.model.Layout;
import dev.elbo.model.Layout.L2Normalization;
import dev.elbo.model.Layout.Tanhs;
import dev.elbo.model.Model;
import dev.elbo.model.Noise;
import dev.elbo.model.Parameters;
import dev.elbo.testing.GradientCheck;
import dev.elbo.testing.Shapes;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * {@link Engine#gradients} of whole models against differences of {@link Engine#loss}, noise held
 * still, for every combination of what changes the objective.
 */
class ModelGradientTest {

  @Provide
  Arbitrary<List<Integer>> hiddenWidths() {
    return Arbitraries.of(List.of(), List.of(4), List.of(5, 3));
  }

  @Provide
  Arbitrary<Double> weightDecays() {
    return Arbitraries.of(0.0, 0.01);
  }

  @Provide
  Arbitrary<Double> betas() {
    return Arbitraries.of(0.0, 0.2, 1.0);
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.of(1L, 2L, 3L);
  }

  /** The authors', and what ports do otherwise. */
  @Provide
  Arbitrary<Layout> layouts() {
    return Arbitraries.of(
        Layout.LIANG,
        new Layout(L2Normalization.AFTER_DROPOUT, Tanhs.HIDDEN, 0.4),
        new Layout(L2Normalization.NONE, Tanhs.EVERY_MODULE, 0.3));
  }

  /** Every value of every tensor, on 1 to 4 users and 2 to 8 items. */
  @Property(generation = GenerationMode.EXHAUSTIVE)
  void everyGradientIsTheDerivative(
      @ForAll Architecture architecture,
      @ForAll("hiddenWidths") List<Integer> hidden,
      @ForAll("weightDecays") double weightDecay,
      @ForAll("betas") double beta,
      @ForAll("layouts") Layout layout,
      @ForAll("seeds") long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    int items = random.nextInt(2, 9);
    int latent = random.nextInt(1, 4);
    Model model = new Model(architecture.layers(items, hidden, latent, 0.5, layout), weightDecay);
    forEachTensor(model, random.nextInt(1, 5), beta, random, GradientCheck::elementwise);
  }

  /** Every tensor along one random direction, on 12 users and 60 items. */
  @Property(generation = GenerationMode.EXHAUSTIVE)
  void gradientsAlongADirectionAreTheDerivatives(
      @ForAll Architecture architecture,
      @ForAll("hiddenWidths") List<Integer> hidden,
      @ForAll("weightDecays") double weightDecay,
      @ForAll("betas") double beta,
      @ForAll("seeds") long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    List<Integer> wide = hidden.stream().map(width -> 6 * width).toList();
    Model model = new Model(architecture.layers(60, wide, 9, 0.5), weightDecay);
    forEachTensor(
        model,
        12,
        beta,
        random,
        (tensor, x, gradient, f) -> GradientCheck.projected(tensor, x, gradient, f, random));
  }

  private interface Check {
    void accept(String tensor, double[] x, double[] gradient, DoubleSupplier f);
  }

  private static void forEachTensor(
      Model model, int users, double beta, RandomGenerator random, Check check) {
    CsrMatrix items = Shapes.sparse(users, model.items(), random);
    Batch batch = Batch.range(items, 0, users);
    Noise noise = Noise.of(random.nextLong(), 3);
    Parameters parameters = Shapes.parameters(model, random);
    EngineState state = EngineState.initial(parameters);
    try (Engine engine = new ReferenceEngine(model, state, 1)) {
      Parameters gradients = engine.gradients(batch, noise, beta);
      DoubleSupplier loss =
          () -> {
            engine.restore(state); // its arrays are the ones that the check moves
            return engine.loss(batch, noise, beta).total();
          };
      for (String tensor : parameters.tensors().keySet()) {
        check.accept(tensor, parameters.float64(tensor), gradients.float64(tensor), loss);
      }
    }
  }
}
