package dev.elbo.gradients.mistakes;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.model.Objective.Composite;
import dev.elbo.reference.layers.SparseRows;
import dev.elbo.reference.objective.CompositeDivergence;
import dev.elbo.reference.objective.Divergence;
import dev.elbo.reference.objective.MultinomialLoss;
import dev.elbo.reference.objective.Reconstruction;
import dev.elbo.reference.objective.SampledLogits;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** Terms of the loss that differ from the right ones in a line. */
public final class WrongLosses {

  private WrongLosses() {}

  /** With a softmax over the users of each item. */
  public static Reconstruction overUsers(MultinomialLoss right) {
    return new Reconstruction() {
      @Override
      public double forward(DMatrixRMaj y, CsrMatrix x, Outputs outputs, double divisor) {
        return right.forward(
            CommonOps_DDRM.transpose(y, null), x.transposed(), new Outputs.All(), divisor);
      }

      @Override
      public DMatrixRMaj backward() {
        return CommonOps_DDRM.transpose(right.backward(), null);
      }
    };
  }

  /** Binary cross-entropy: {@code log(1 + exp(s)) - x s} of each item. */
  public static Reconstruction logistic() {
    return new Reconstruction() {
      private DMatrixRMaj dY;

      @Override
      public double forward(DMatrixRMaj y, CsrMatrix x, Outputs outputs, double divisor) {
        dY = y.createLike();
        double sum = 0;
        for (int n = 0; n < y.data.length; n++) {
          double s = y.data[n];
          sum += Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)));
          dY.data[n] = 1 / (1 + Math.exp(-s)) / divisor;
        }
        for (int b = 0; b < x.rows(); b++) {
          for (int item : x.row(b)) {
            sum -= y.get(b, item);
            dY.add(b, item, -1 / divisor);
          }
        }
        return sum / divisor;
      }

      @Override
      public DMatrixRMaj backward() {
        return dY;
      }
    };
  }

  /** {@code -sum_i t_i log p_i} with a target {@code t} other than the raw rows. */
  public static Reconstruction comparingWith(SparseRows target) {
    return multinomial(target, /* isOneItem= */ false);
  }

  /** The right loss with the gradient {@code p - x}, as if each user had one item. */
  public static Reconstruction ofOneItem(SparseRows x) {
    return multinomial(x, /* isOneItem= */ true);
  }

  private static Reconstruction multinomial(SparseRows target, boolean isOneItem) {
    return new Reconstruction() {
      private final MultinomialLoss softmax = new MultinomialLoss();
      private final int[] indptr = target.pattern().indptr();
      private final int[] items = target.pattern().indices();
      private final double[] t = target.values();
      private double divisor;

      @Override
      public double forward(DMatrixRMaj y, CsrMatrix x, Outputs outputs, double divisor) {
        this.divisor = divisor;
        softmax.forward(y, x, outputs, divisor);
        double sum = 0;
        for (int b = 0; b < y.numRows; b++) {
          for (int n = indptr[b]; n < indptr[b + 1]; n++) {
            sum -= t[n] * softmax.logP.get(b, items[n]);
          }
        }
        return sum / divisor;
      }

      @Override
      public DMatrixRMaj backward() {
        DMatrixRMaj dY = softmax.logP.createLike();
        for (int b = 0; b < dY.numRows; b++) {
          double total = isOneItem ? 1 : Arrays.stream(t, indptr[b], indptr[b + 1]).sum();
          for (int i = 0; i < dY.numCols; i++) {
            dY.set(b, i, total * Math.exp(softmax.logP.get(b, i)) / divisor);
          }
          for (int n = indptr[b]; n < indptr[b + 1]; n++) {
            dY.add(b, items[n], -t[n] / divisor);
          }
        }
        return dY;
      }
    };
  }

  /** Sampled outputs that are corrected where they are a user's own items, too. */
  public static Reconstruction correctingOwnItems(MultinomialLoss right) {
    return sampled(
        right,
        (s, x, drawn) -> {
          for (int b = 0; b < s.numRows; b++) {
            for (int item : x.row(b)) {
              s.add(b, item, -drawn.logExpected()[item]);
            }
          }
          return 0;
        });
  }

  /** Sampled outputs with a user's own items among the user's negatives, if they were drawn. */
  public static Reconstruction keepingOwnItems(MultinomialLoss right) {
    return sampled(
        right,
        (s, x, drawn) -> {
          double added = 0;
          for (int b = 0; b < s.numRows; b++) {
            for (int item : x.row(b)) {
              int n = Arrays.binarySearch(drawn.items(), item);
              double more = n < 0 ? 0 : Math.log1p(Math.exp(drawn.correction(n)));
              s.add(b, item, more); // exp(s) (1 + c / (m q)): in the denominator, and only there
              added += more;
            }
          }
          return added;
        });
  }

  /** Sampled outputs, each draw of which counts as the item itself. */
  public static Reconstruction withoutCorrection(MultinomialLoss right) {
    return sampled(
        right,
        (s, x, drawn) -> {
          for (int b = 0; b < s.numRows; b++) {
            int[] own = x.row(b);
            for (int n = 0; n < drawn.items().length; n++) {
              int item = drawn.items()[n];
              if (Arrays.binarySearch(own, item) < 0) {
                s.add(b, item, drawn.logExpected()[item]);
              }
            }
          }
          return 0;
        });
  }

  /** What differs from the right logits of sampled outputs. */
  @FunctionalInterface
  private interface OtherLogits {
    /**
     * @param s the right logits, {@code [B, I]}. Modified.
     * @param x the users' items
     * @param drawn the outputs
     * @return what is added to the sum of the loss over users
     */
    double put(DMatrixRMaj s, CsrMatrix x, Outputs.Sampled drawn);
  }

  private static Reconstruction sampled(MultinomialLoss right, OtherLogits other) {
    return new Reconstruction() {
      @Override
      public double forward(DMatrixRMaj y, CsrMatrix x, Outputs outputs, double divisor) {
        if (!(outputs instanceof Outputs.Sampled drawn)) {
          return right.forward(y, x, outputs, divisor);
        }
        DMatrixRMaj s = SampledLogits.of(y, x, drawn);
        double added = other.put(s, x, drawn);
        return right.forward(s, x, new Outputs.All(), divisor) + added / divisor;
      }

      @Override
      public DMatrixRMaj backward() {
        return right.backward();
      }
    };
  }

  /** A multiple of a divergence. */
  public static Divergence times(Divergence right, double factor) {
    return new Divergence() {
      @Override
      public double[] forward(DMatrixRMaj x, DMatrixRMaj z, DMatrixRMaj epsilon, double[] share) {
        return right.forward(x, z, epsilon, scaled(share));
      }

      @Override
      public void backward(double[] weight, DMatrixRMaj dZ, DMatrixRMaj dX) {
        right.backward(scaled(weight), dZ, dX);
      }

      private double[] scaled(double[] values) {
        return Arrays.stream(values).map(value -> factor * value).toArray();
      }
    };
  }

  /** A divergence of which nothing flows back through the sample. */
  public static Divergence withoutPath(Divergence right) {
    return flowing(right, /* throughSample= */ false, /* directly= */ true);
  }

  /** A divergence of which nothing flows back but through the sample. */
  public static Divergence withoutEntropy(Divergence right) {
    return flowing(right, /* throughSample= */ true, /* directly= */ false);
  }

  private static Divergence flowing(Divergence right, boolean throughSample, boolean directly) {
    return new Divergence() {
      @Override
      public double[] forward(DMatrixRMaj x, DMatrixRMaj z, DMatrixRMaj epsilon, double[] share) {
        return right.forward(x, z, epsilon, share);
      }

      @Override
      public void backward(double[] weight, DMatrixRMaj dZ, DMatrixRMaj dX) {
        right.backward(weight, throughSample ? dZ : dZ.copy(), directly ? dX : dX.copy());
      }
    };
  }

  /** A mixture whose three parts weigh the same. */
  public static Divergence even(CompositeDivergence right) {
    return even(right, 0);
  }

  /** A mixture without weights: {@code log sum_j N_j} is log 3 more than with the weights 1/3. */
  public static Divergence unweighted(CompositeDivergence right) {
    return even(right, Math.log(3));
  }

  private static Divergence even(CompositeDivergence right, double more) {
    Composite third = new Composite(1 / 3.0, 1 / 3.0, 1 / 3.0, right.prior.wideLogVariance());
    CompositeDivergence even = new CompositeDivergence(third, right.latent);
    return new Divergence() {
      @Override
      public double[] forward(DMatrixRMaj x, DMatrixRMaj z, DMatrixRMaj epsilon, double[] share) {
        even.old = right.old;
        double[] divergence = even.forward(x, z, epsilon, share);
        Arrays.setAll(divergence, b -> divergence[b] - more * right.latent * share[b]);
        return divergence;
      }

      @Override
      public void backward(double[] weight, DMatrixRMaj dZ, DMatrixRMaj dX) {
        even.backward(weight, dZ, dX);
      }
    };
  }
}
