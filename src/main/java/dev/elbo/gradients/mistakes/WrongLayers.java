package dev.elbo.gradients.mistakes;

import dev.elbo.engine.Pass;
import dev.elbo.reference.input.Dropout;
import dev.elbo.reference.input.L2Normalize;
import dev.elbo.reference.layers.Layer;
import dev.elbo.reference.layers.LayerNorm;
import dev.elbo.reference.layers.Residual;
import dev.elbo.reference.layers.SparseRows;
import dev.elbo.reference.layers.Tanh;
import dev.elbo.reference.objective.Gaussian;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.ejml.data.DMatrixRMaj;

/** Layers that differ from the right ones in a line. */
public final class WrongLayers {

  private WrongLayers() {}

  private static <X, Y> Layer<X, Y> layer(BiFunction<X, Pass, Y> forward, Function<Y, X> backward) {
    return new Layer<>() {
      @Override
      public Y forward(X x, Pass pass) {
        return forward.apply(x, pass);
      }

      @Override
      public X backward(Y dY) {
        return backward.apply(dY);
      }
    };
  }

  /** A layer before the first weights, through which nothing flows back. */
  public static Layer<SparseRows, SparseRows> rows(
      BiFunction<SparseRows, Pass, SparseRows> forward) {
    return layer(
        forward,
        _ -> {
          throw new AssertionError("has no parameters behind it");
        });
  }

  /** Each row divided by how many items it has. */
  public static SparseRows overCount(SparseRows x) {
    double[] values = x.values().clone();
    for (int b = 0; b < x.pattern().rows(); b++) {
      for (int n = x.pattern().indptr()[b]; n < x.pattern().indptr()[b + 1]; n++) {
        values[n] /= x.pattern().size(b);
      }
    }
    return x.with(values);
  }

  /** Dropout that keeps what is to be dropped. */
  public static Layer<SparseRows, SparseRows> inverted(Dropout right) {
    return rows(
        (x, pass) -> {
          SparseRows kept = right.forward(x, pass);
          double[] values = x.values().clone();
          Arrays.setAll(values, n -> right.scale[n] == 0 ? values[n] / (1 - right.rate) : 0);
          return pass.noise().dropsNothing() ? kept : x.with(values);
        });
  }

  /** Dropout before normalisation. */
  public static Layer<SparseRows, SparseRows> after(Dropout dropout, L2Normalize right) {
    return rows((x, pass) -> right.forward(dropout.forward(x, pass), pass));
  }

  /**
   * A layer that works value by value.
   *
   * @param f the function
   * @param slope its derivative as a function of its output
   */
  public static Layer<DMatrixRMaj, DMatrixRMaj> elementwise(
      DoubleUnaryOperator f, DoubleUnaryOperator slope) {
    return new Layer<>() {
      private DMatrixRMaj y;

      @Override
      public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
        y = x.copy();
        for (int n = 0; n < y.data.length; n++) {
          y.data[n] = f.applyAsDouble(x.data[n]);
        }
        return y;
      }

      @Override
      public DMatrixRMaj backward(DMatrixRMaj dY) {
        DMatrixRMaj dX = dY.copy();
        for (int n = 0; n < dX.data.length; n++) {
          dX.data[n] *= slope.applyAsDouble(y.data[n]);
        }
        return dX;
      }
    };
  }

  /** A layer that gives what it is given. */
  public static Layer<DMatrixRMaj, DMatrixRMaj> identity() {
    return elementwise(x -> x, _ -> 1);
  }

  /** {@code max(x, 0)}. */
  public static Layer<DMatrixRMaj, DMatrixRMaj> relu() {
    return elementwise(x -> Math.max(x, 0), y -> y > 0 ? 1 : 0);
  }

  /** A layer whose backward pass is another. */
  public static <L extends Layer<X, Y>, X, Y> Layer<X, Y> backward(
      L right, BiFunction<L, Y, X> wrong) {
    return layer(right::forward, dY -> wrong.apply(right, dY));
  }

  /** A layer with a tanh behind it. */
  public static <X> Layer<X, DMatrixRMaj> withTanh(Layer<X, DMatrixRMaj> right) {
    Tanh tanh = new Tanh();
    return layer(
        (x, pass) -> tanh.forward(right.forward(x, pass), pass),
        dY -> right.backward(tanh.backward(dY)));
  }

  /**
   * A stochastic layer with another deviation.
   *
   * @param deviation as a function of the log-variance
   * @param slope its derivative
   */
  public static Gaussian gaussian(
      Gaussian right, DoubleUnaryOperator deviation, DoubleUnaryOperator slope) {
    return new Gaussian(right) {
      @Override
      protected double deviation(double lv) {
        return deviation.applyAsDouble(lv);
      }

      @Override
      protected double slope(double lv) {
        return slope.applyAsDouble(lv);
      }
    };
  }

  /**
   * A stochastic layer that reads something else from its input.
   *
   * @param read a linear function of a row's mean and log-variance that is its own transpose
   */
  public static Gaussian gaussian(
      Gaussian right, BiFunction<DMatrixRMaj, Integer, DMatrixRMaj> read) {
    return new Gaussian(right) {
      @Override
      public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
        return super.forward(read.apply(x, latent), pass);
      }

      @Override
      public DMatrixRMaj backward(DMatrixRMaj dZ) {
        return read.apply(super.backward(dZ), latent);
      }
    };
  }

  /** The two halves of each row exchanged. */
  public static DMatrixRMaj exchanged(DMatrixRMaj x, int latent) {
    DMatrixRMaj y = x.copy();
    for (int n = 0; n < y.data.length; n++) {
      boolean isFirst = n % x.numCols < latent;
      y.data[n] = x.data[isFirst ? n + latent : n - latent];
    }
    return y;
  }

  /** The second half of each row doubled. */
  public static DMatrixRMaj doubled(DMatrixRMaj x, int latent) {
    DMatrixRMaj y = x.copy();
    for (int n = 0; n < y.data.length; n++) {
      y.data[n] *= n % x.numCols < latent ? 1 : 2;
    }
    return y;
  }

  /** With the epsilon of the authors' other branch. */
  public static LayerNorm withOtherEpsilon(LayerNorm right) {
    return new LayerNorm(right.gain, right.bias, right.epsilon == 0.1 ? 1e-5 : 0.1);
  }

  /** The gradient of a normalisation as if the mean were a constant. */
  public static DMatrixRMaj withoutMean(LayerNorm layer, DMatrixRMaj dY) {
    return withoutTerms(layer, dY, 0, 1);
  }

  /** The gradient of a normalisation as if the variance were a constant. */
  public static DMatrixRMaj withoutVariance(LayerNorm layer, DMatrixRMaj dY) {
    return withoutTerms(layer, dY, 1, 0);
  }

  /** The right gradient with other factors of the mean and of the stretch. */
  private static DMatrixRMaj withoutTerms(
      LayerNorm layer, DMatrixRMaj dY, double ofMean, double ofStretch) {
    DMatrixRMaj dX = layer.backward(dY);
    int width = dY.numCols;
    for (int b = 0; b < dY.numRows; b++) {
      double mean = 0;
      double stretch = 0;
      for (int h = 0; h < width; h++) {
        double dn = layer.gain.value().get(0, h) * dY.get(b, h);
        mean += dn / width;
        stretch += dn * layer.n.get(b, h) / width;
      }
      for (int h = 0; h < width; h++) {
        double dn = layer.gain.value().get(0, h) * dY.get(b, h);
        dX.set(b, h, layer.r[b] * (dn - ofMean * mean - ofStretch * layer.n.get(b, h) * stretch));
      }
    }
    return dX;
  }

  /** Without the mean, forward and backward. */
  public static LayerNorm uncentred(LayerNorm right) {
    return new LayerNorm(right.gain, right.bias, right.epsilon) {
      @Override
      protected double mean(DMatrixRMaj rows, int b) {
        return 0;
      }
    };
  }

  /** Without what skips layers. */
  public static Residual withoutSkips(Residual right) {
    return new Residual(right.blocks) {
      @Override
      protected void carry(DMatrixRMaj sum, DMatrixRMaj term) {}
    };
  }

  /** With what skips one layer only. */
  public static Residual skippingOne(Residual right) {
    return new Residual(right.blocks) {
      @Override
      protected void carry(DMatrixRMaj sum, DMatrixRMaj term) {
        sum.setTo(term);
      }
    };
  }
}
