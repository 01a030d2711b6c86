package dev.elbo.verify;

import dev.elbo.data.CsrMatrix;
import dev.elbo.reference.layers.SparseRows;
import dev.elbo.reference.objective.Divergence;
import dev.elbo.reference.objective.MultinomialLoss;
import dev.elbo.reference.objective.Reconstruction;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** Losses that differ from the right ones in a line. */
final class WrongLosses {

  private WrongLosses() {}

  /** With a softmax over the users of each item. */
  static Reconstruction overUsers(Reconstruction right) {
    return new Reconstruction() {
      @Override
      public double forward(DMatrixRMaj y, CsrMatrix x, double divisor) {
        return right.forward(transposed(y), x.transposed(), divisor);
      }

      @Override
      public DMatrixRMaj backward() {
        return transposed(right.backward());
      }
    };
  }

  private static DMatrixRMaj transposed(DMatrixRMaj matrix) {
    return CommonOps_DDRM.transpose(matrix, null);
  }

  /** Binary cross-entropy: {@code log(1 + exp(s)) - x s} of each item. */
  static Reconstruction logistic() {
    return new Reconstruction() {
      private DMatrixRMaj gradient;

      @Override
      public double forward(DMatrixRMaj y, CsrMatrix x, double divisor) {
        gradient = y.copy();
        double sum = 0;
        for (int n = 0; n < y.data.length; n++) {
          double s = y.data[n];
          sum += Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)));
          gradient.data[n] = 1 / (1 + Math.exp(-s)) / divisor;
        }
        for (int b = 0; b < x.rows(); b++) {
          for (int item : x.row(b)) {
            sum -= y.get(b, item);
            gradient.add(b, item, -1 / divisor);
          }
        }
        return sum / divisor;
      }

      @Override
      public DMatrixRMaj backward() {
        return gradient;
      }
    };
  }

  /**
   * With a target other than the raw rows: {@code -sum_i t_i log p_i}.
   *
   * @param target {@code t}
   */
  static Reconstruction comparingWith(SparseRows target) {
    return new Reconstruction() {
      private final MultinomialLoss softmax = new MultinomialLoss();
      private double divisor;

      @Override
      public double forward(DMatrixRMaj y, CsrMatrix x, double divisor) {
        this.divisor = divisor;
        softmax.forward(y, x, divisor);
        double sum = 0;
        for (int b = 0; b < x.rows(); b++) {
          for (int n = x.indptr()[b]; n < x.indptr()[b + 1]; n++) {
            sum -= target.values()[n] * softmax.logP.get(b, x.indices()[n]);
          }
        }
        return sum / divisor;
      }

      @Override
      public DMatrixRMaj backward() {
        CsrMatrix x = softmax.x;
        DMatrixRMaj dY = softmax.logP.copy();
        for (int b = 0; b < x.rows(); b++) {
          double total = Arrays.stream(target.values(), x.indptr()[b], x.indptr()[b + 1]).sum();
          for (int i = 0; i < dY.numCols; i++) {
            dY.set(b, i, total * Math.exp(dY.get(b, i)) / divisor);
          }
          for (int n = x.indptr()[b]; n < x.indptr()[b + 1]; n++) {
            dY.add(b, x.indices()[n], -target.values()[n] / divisor);
          }
        }
        return dY;
      }
    };
  }

  /** The right loss with the gradient {@code p - x}, as if each user had one item. */
  static Reconstruction ofOneItem(MultinomialLoss right) {
    return new Reconstruction() {
      private double divisor;

      @Override
      public double forward(DMatrixRMaj y, CsrMatrix x, double divisor) {
        this.divisor = divisor;
        return right.forward(y, x, divisor);
      }

      @Override
      public DMatrixRMaj backward() {
        DMatrixRMaj dY = right.backward();
        for (int b = 0; b < dY.numRows; b++) {
          for (int i = 0; i < dY.numCols; i++) {
            dY.add(b, i, (1 - right.x.size(b)) * Math.exp(right.logP.get(b, i)) / divisor);
          }
        }
        return dY;
      }
    };
  }

  /** A multiple of a divergence. */
  static Divergence times(Divergence right, double factor) {
    return new Delegate(right) {
      @Override
      public double[] forward(DMatrixRMaj x, DMatrixRMaj z, DMatrixRMaj epsilon, double[] share) {
        return right.forward(x, z, epsilon, scaled(share));
      }

      @Override
      public void backward(double[] weight, DMatrixRMaj dZ, DMatrixRMaj dX) {
        right.backward(scaled(weight), dZ, dX);
      }

      private double[] scaled(double[] values) {
        return map(values, value -> factor * value);
      }
    };
  }

  /** A divergence and a constant for each user. */
  static Divergence plus(Divergence right, double constant) {
    return new Delegate(right) {
      @Override
      public double[] forward(DMatrixRMaj x, DMatrixRMaj z, DMatrixRMaj epsilon, double[] share) {
        double[] divergence = right.forward(x, z, epsilon, share);
        Arrays.setAll(divergence, b -> divergence[b] + constant * share[b]);
        return divergence;
      }
    };
  }

  /** A divergence of which nothing flows back through the sample. */
  static Divergence withoutPath(Divergence right) {
    return new Delegate(right) {
      @Override
      public void backward(double[] weight, DMatrixRMaj dZ, DMatrixRMaj dX) {
        right.backward(weight, dZ.copy(), dX);
      }
    };
  }

  /** A divergence of which nothing flows back but through the sample. */
  static Divergence withoutEntropy(Divergence right) {
    return new Delegate(right) {
      @Override
      public void backward(double[] weight, DMatrixRMaj dZ, DMatrixRMaj dX) {
        right.backward(weight, dZ, dX.copy());
      }
    };
  }

  private static double[] map(double[] values, DoubleUnaryOperator f) {
    return Arrays.stream(values).map(f).toArray();
  }

  /** Another divergence, but for what a mistake changes. */
  private abstract static class Delegate implements Divergence {
    private final Divergence right;

    Delegate(Divergence right) {
      this.right = right;
    }

    @Override
    public double[] forward(DMatrixRMaj x, DMatrixRMaj z, DMatrixRMaj epsilon, double[] share) {
      return right.forward(x, z, epsilon, share);
    }

    @Override
    public void backward(double[] weight, DMatrixRMaj dZ, DMatrixRMaj dX) {
      right.backward(weight, dZ, dX);
    }
  }
}
