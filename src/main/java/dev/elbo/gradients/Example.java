package dev.elbo.gradients;

import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import java.util.List;
import java.util.function.Function;

/**
 * A layer or a whole model to check, with the mistakes that are easily made in it.
 *
 * @param name short, with hyphens
 * @param formula what it computes
 * @param form how its gradients are compared
 * @param shape sizes to show it on. On smaller ones a mistake may hide: a forgotten {@code 1/B}
 *     with one user, a transposed product in a width of one.
 * @param right what its backward pass claims, for any shape
 * @param mistakes what wrong ones claim
 */
public record Example(
    String name,
    String formula,
    GradientCheck.Form form,
    Shape shape,
    Function<Shape, Claim> right,
    List<WrongBackward> mistakes) {

  /** Copies the list. */
  public Example {
    mistakes = List.copyOf(mistakes);
  }

  /** All of them, in the order in which one reads them. */
  public static List<Example> all() {
    return List.of(
        TanhExample.EXAMPLE,
        MultinomialLossExample.EXAMPLE,
        LinearExample.EXAMPLE,
        SparseLinearExample.EXAMPLE,
        L2NormalizeExample.EXAMPLE,
        DropoutExample.EXAMPLE,
        GaussianExample.EXAMPLE,
        WeightDecayExample.EXAMPLE,
        ModelExamples.MULT_VAE,
        ModelExamples.MULT_DAE,
        EmbeddingExample.EXAMPLE,
        GruExample.EXAMPLE,
        ModelExamples.SVAE,
        SigmoidExample.EXAMPLE,
        ObservedLinearExample.EXAMPLE,
        SquaredErrorExample.EXAMPLE,
        CountNormalizeExample.EXAMPLE,
        ModelExamples.U_AUTOREC,
        ModelExamples.IMPLICIT_AUTOREC,
        ModelExamples.MFAE,
        SwishExample.EXAMPLE,
        LayerNormExample.EXAMPLE,
        ResidualExample.EXAMPLE,
        HeadsExample.EXAMPLE,
        CompositeExample.EXAMPLE,
        ModelExamples.RECVAE,
        SampledLossExample.EXAMPLE);
  }

  @Override
  public String toString() {
    return name;
  }
}
