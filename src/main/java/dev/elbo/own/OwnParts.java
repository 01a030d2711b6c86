package dev.elbo.own;

import dev.elbo.engine.Pass;
import dev.elbo.reference.Optimizer;
import dev.elbo.reference.Parts;
import dev.elbo.reference.input.CountNormalize;
import dev.elbo.reference.input.Dropout;
import dev.elbo.reference.input.L2Normalize;
import dev.elbo.reference.layers.Gru;
import dev.elbo.reference.layers.Layer;
import dev.elbo.reference.layers.LayerNorm;
import dev.elbo.reference.layers.Linear;
import dev.elbo.reference.layers.Parameter;
import dev.elbo.reference.layers.Sigmoid;
import dev.elbo.reference.layers.SparseLinear;
import dev.elbo.reference.layers.SparseRows;
import dev.elbo.reference.layers.Swish;
import dev.elbo.reference.layers.Tanh;
import dev.elbo.reference.objective.Gaussian;
import dev.elbo.reference.objective.MultinomialLoss;
import dev.elbo.reference.objective.SquaredError;
import dev.elbo.reference.objective.WeightDecay;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;

/**
 * What somebody has written, in the places of the right parts; and the right parts where there is
 * nothing. The engine's own stay: the linear layers of heads and of a residual group, a latent
 * layer whose prior is a mixture, and losses whose outputs are sampled.
 */
public final class OwnParts implements Parts {

  private final List<Object> written;
  private final Witness witness;

  /**
   * @param written implementations of {@link Task}s, at most one of each
   * @param witness is told what they compute
   */
  public OwnParts(List<?> written, Witness witness) {
    this.written = List.copyOf(written);
    this.witness = witness;
  }

  @Override
  @SuppressWarnings("unchecked") // the other one has the role of the right one
  public <T> T of(String name, T right) {
    for (Object task : written) {
      Object own = own(task, right);
      if (own != null) {
        return (T) own;
      }
    }
    return right;
  }

  /** The own part for a right one, if the task is about it; else null. */
  private Object own(Object task, Object right) {
    return switch (task) {
      case Task.Tanh own when right instanceof Tanh r -> tanh(own, r);
      case Task.Sigmoid own when right instanceof Sigmoid r -> sigmoid(own, r);
      case Task.Swish own when right instanceof Swish r -> swish(own, r);
      case Task.Linear own when right instanceof Linear r -> linear(own, r);
      case Task.SparseLinear own when right instanceof SparseLinear r -> sparseLinear(own, r);
      case Task.LayerNorm own when right instanceof LayerNorm r -> layerNorm(own, r);
      case Task.Gru own when right instanceof Gru r -> gru(own, r);
      case Task.L2Normalize own when right instanceof L2Normalize r -> l2Normalize(own, r);
      case Task.CountNormalize own when right instanceof CountNormalize r -> countNormalize(own, r);
      case Task.Dropout own when right instanceof Dropout r -> dropout(own, r);
      case Task.Gaussian own when right instanceof Gaussian r && r.isStandard() ->
          OwnLosses.gaussian(own, r, witness);
      case Task.MultinomialLoss own when right instanceof MultinomialLoss r ->
          OwnLosses.multinomial(own, r, witness);
      case Task.SquaredError own when right instanceof SquaredError r ->
          OwnLosses.squared(own, r, witness);
      case Task.WeightDecay own when right instanceof WeightDecay r ->
          OwnLosses.decay(own, r, witness);
      case Task.Adam own when right instanceof Optimizer r -> OwnLosses.adam(own, r, witness);
      default -> null;
    };
  }

  private Layer<DMatrixRMaj, DMatrixRMaj> tanh(Task.Tanh own, Tanh right) {
    return new OwnLayer.Dense<>(right, witness) {
      @Override
      double[][] forward(double[][] x) {
        return own.forward(x);
      }

      @Override
      double[][] backward(double[][] x, double[][] y, double[][] dY) {
        return own.backward(y, dY);
      }
    };
  }

  private Layer<DMatrixRMaj, DMatrixRMaj> sigmoid(Task.Sigmoid own, Sigmoid right) {
    return new OwnLayer.Dense<>(right, witness) {
      @Override
      double[][] forward(double[][] x) {
        return own.forward(x, right.low, right.high);
      }

      @Override
      double[][] backward(double[][] x, double[][] y, double[][] dY) {
        return own.backward(y, right.low, right.high, dY);
      }
    };
  }

  private Layer<DMatrixRMaj, DMatrixRMaj> swish(Task.Swish own, Swish right) {
    return new OwnLayer.Dense<>(right, witness) {
      @Override
      double[][] forward(double[][] x) {
        return own.forward(x);
      }

      @Override
      double[][] backward(double[][] x, double[][] y, double[][] dY) {
        return own.backward(x, dY);
      }
    };
  }

  private Layer<DMatrixRMaj, DMatrixRMaj> linear(Task.Linear own, Linear right) {
    return new OwnLayer.Dense<>(right, witness) {
      @Override
      int width() {
        return right.weight.value().numRows;
      }

      @Override
      double[][] forward(double[][] x) {
        return own.forward(x, Rows.of(right.weight.value()), bias(right.bias));
      }

      @Override
      double[][] backward(double[][] x, double[][] y, double[][] dY) {
        double[][] dW = Rows.of(right.weight.gradient());
        double[][] dX =
            own.backward(x, Rows.of(right.weight.value()), dY, dW, right.bias.gradient().data);
        Rows.fill("dW", dW, right.weight.gradient());
        return dX;
      }
    };
  }

  private Layer<SparseRows, DMatrixRMaj> sparseLinear(Task.SparseLinear own, SparseLinear right) {
    return new OwnLayer<>(right, witness) {
      @Override
      DMatrixRMaj compute(Pass pass) {
        return Rows.matrix(
            "y",
            own.forward(
                Rows.items(x.pattern()),
                Rows.of(x.pattern(), x.values()),
                Rows.of(right.weight.value()),
                bias(right.bias)),
            x.pattern().rows(),
            right.weight.value().numRows);
      }

      @Override
      public SparseRows backward(DMatrixRMaj dY) {
        double[][] dW = Rows.of(right.weight.gradient());
        double[][] dX =
            own.backward(
                Rows.items(x.pattern()),
                Rows.of(x.pattern(), x.values()),
                Rows.of(right.weight.value()),
                Rows.of(dY),
                dW,
                right.bias.gradient().data);
        Rows.fill("dW", dW, right.weight.gradient());
        return x.with(Rows.values("dx", dX, x.pattern()));
      }
    };
  }

  private Layer<DMatrixRMaj, DMatrixRMaj> layerNorm(Task.LayerNorm own, LayerNorm right) {
    return new OwnLayer.Dense<>(right, witness) {
      @Override
      double[][] forward(double[][] x) {
        return own.forward(x, bias(right.gain), bias(right.bias), right.epsilon);
      }

      @Override
      double[][] backward(double[][] x, double[][] y, double[][] dY) {
        return own.backward(
            x,
            bias(right.gain),
            bias(right.bias),
            right.epsilon,
            dY,
            right.gain.gradient().data,
            right.bias.gradient().data);
      }
    };
  }

  /** The steps of one sequence after those of the other. */
  private Layer<DMatrixRMaj, DMatrixRMaj> gru(Task.Gru own, Gru right) {
    return new OwnLayer<>(right, witness) {
      private int[] start;
      private boolean lastOnly;

      @Override
      DMatrixRMaj compute(Pass pass) {
        start = pass.steps().start();
        lastOnly = pass.steps().lastOnly();
        int units = right.stateWeight.value().numCols;
        DMatrixRMaj all = new DMatrixRMaj(x.numRows, units);
        DMatrixRMaj last = new DMatrixRMaj(start.length - 1, units);
        for (int q = 0; q + 1 < start.length; q++) {
          double[][] states =
              own.forward(
                  sequence(Rows.of(x), q),
                  Rows.of(right.inputWeight.value()),
                  Rows.of(right.stateWeight.value()),
                  bias(right.inputBias),
                  bias(right.stateBias));
          DMatrixRMaj checked = Rows.matrix("y", states, start[q + 1] - start[q], units);
          System.arraycopy(checked.data, 0, all.data, start[q] * units, checked.data.length);
          if (checked.numRows > 0) {
            System.arraycopy(
                checked.data, checked.data.length - units, last.data, q * units, units);
          }
        }
        return lastOnly ? last : all;
      }

      private double[][] sequence(double[][] rows, int q) {
        return Arrays.copyOfRange(rows, start[q], start[q + 1]);
      }

      @Override
      public DMatrixRMaj backward(DMatrixRMaj dY) {
        parameters().forEach(parameter -> parameter.gradient().zero());
        double[][] dWi = Rows.of(right.inputWeight.gradient());
        double[][] dWh = Rows.of(right.stateWeight.gradient());
        double[][] dX = new double[x.numRows][];
        for (int q = 0; q + 1 < start.length; q++) {
          double[][] ofUser =
              own.backward(
                  sequence(Rows.of(x), q),
                  Rows.of(right.inputWeight.value()),
                  Rows.of(right.stateWeight.value()),
                  bias(right.inputBias),
                  bias(right.stateBias),
                  sequence(Rows.of(dY), q),
                  dWi,
                  dWh,
                  right.inputBias.gradient().data,
                  right.stateBias.gradient().data);
          DMatrixRMaj checked = Rows.matrix("dx", ofUser, start[q + 1] - start[q], x.numCols);
          System.arraycopy(Rows.of(checked), 0, dX, start[q], checked.numRows);
        }
        Rows.fill("dWi", dWi, right.inputWeight.gradient());
        Rows.fill("dWh", dWh, right.stateWeight.gradient());
        return Rows.matrix("dx", dX, x.numRows, x.numCols);
      }
    };
  }

  private Layer<SparseRows, SparseRows> l2Normalize(Task.L2Normalize own, L2Normalize right) {
    return new OwnLayer.Sparse<>(right, witness) {
      @Override
      double[][] forward(double[][] x) {
        return own.forward(x);
      }

      @Override
      double[][] backward(double[][] x, double[][] dY) {
        return own.backward(x, dY);
      }
    };
  }

  private Layer<SparseRows, SparseRows> countNormalize(
      Task.CountNormalize own, CountNormalize right) {
    return new OwnLayer.Sparse<>(right, witness) {
      @Override
      double[][] forward(double[][] x) {
        return own.forward(x);
      }

      @Override
      double[][] backward(double[][] x, double[][] dY) {
        return own.backward(x, dY);
      }
    };
  }

  /** The mask is the engine's: its draws have keys. */
  private Layer<SparseRows, SparseRows> dropout(Task.Dropout own, Dropout right) {
    return new OwnLayer.Sparse<>(right, witness) {
      private double[][] mask;

      @Override
      SparseRows compute(Pass pass) {
        SparseRows meant = right.forward(x, pass);
        double[] kept = Arrays.stream(right.scale).map(scale -> scale == 0 ? 0 : 1).toArray();
        mask = Rows.of(x.pattern(), kept);
        return pass.noise().dropsNothing() ? meant : super.compute(pass);
      }

      @Override
      double[][] forward(double[][] x) {
        return own.forward(x, copyOf(mask), right.rate);
      }

      @Override
      double[][] backward(double[][] x, double[][] dY) {
        return own.backward(copyOf(mask), right.rate, dY);
      }
    };
  }

  private static double[][] copyOf(double[][] rows) {
    return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
  }

  /** The values of a parameter of one dimension. */
  private static double[] bias(Parameter parameter) {
    return parameter.value().data.clone();
  }
}
