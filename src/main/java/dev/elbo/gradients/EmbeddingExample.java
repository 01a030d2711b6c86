package dev.elbo.gradients;

import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.Claim.Variable;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.reference.layers.Embedding;
import dev.elbo.reference.layers.Parameter;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;

/** {@link Embedding} of fewer items than there are steps, so that some are read several times. */
final class EmbeddingExample {

  static final Example EXAMPLE =
      new Example(
          "embedding",
          "y_s = w_(i_s): the vector of the item that step s reads",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(12, 5, 3, 1),
          shape -> claim(shape, Embedding::backward),
          List.of(
              new WrongBackward(
                  "last-step-only",
                  "dw_i = dy of the last step that reads item i, instead of the sum over such"
                      + " steps",
                  shape -> claim(shape, EmbeddingExample::lastStepOnly)),
              new WrongBackward(
                  "steps-averaged",
                  "dw_i = mean over the steps that read item i, instead of their sum",
                  shape -> claim(shape, EmbeddingExample::averaged))));

  private EmbeddingExample() {}

  /** {@code B} steps that read {@code in} items, in vectors of width {@code out}. */
  static Claim claim(Shape shape, BiConsumer<Embedding, DMatrixRMaj> backward) {
    RandomGenerator random = shape.random();
    Embedding layer = new Embedding(Parameter.weight("weight", shape.in(), shape.out()));
    layer.weight.value().setTo(RandomValues.dense(shape.in(), shape.out(), random));
    layer.weight.gradient().fill(7); // a leftover: backward is to overwrite it
    int[] items = random.ints(shape.users(), 0, shape.in()).toArray();
    DMatrixRMaj c = RandomValues.dense(shape.users(), shape.out(), random);
    layer.forward(items);
    backward.accept(layer, c);
    return new Claim(
        List.of(new Variable("weight", layer.weight.value().data, layer.weight.gradient().data)),
        () -> LayerClaim.dot(layer.forward(items), c));
  }

  private static void lastStepOnly(Embedding layer, DMatrixRMaj dY) {
    layer.backward(dY);
    for (int s = 0; s < dY.numRows; s++) {
      for (int e = 0; e < dY.numCols; e++) {
        layer.weight.gradient().set(layer.items[s], e, dY.get(s, e));
      }
    }
  }

  private static void averaged(Embedding layer, DMatrixRMaj dY) {
    layer.backward(dY);
    int[] times = new int[layer.weight.value().numRows];
    for (int item : layer.items) {
      times[item]++;
    }
    DMatrixRMaj dW = layer.weight.gradient();
    for (int i = 0; i < dW.numRows; i++) {
      for (int e = 0; e < dW.numCols; e++) {
        dW.set(i, e, dW.get(i, e) / Math.max(1, times[i]));
      }
    }
  }
}
