package dev.elbo.own;

import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Pass;
import dev.elbo.reference.Optimizer;
import dev.elbo.reference.layers.Parameter;
import dev.elbo.reference.objective.Gaussian;
import dev.elbo.reference.objective.MultinomialLoss;
import dev.elbo.reference.objective.Reconstruction;
import dev.elbo.reference.objective.SquaredError;
import dev.elbo.reference.objective.WeightDecay;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.ejml.data.DMatrixRMaj;

/** Somebody's own terms of the loss, and updates, in the places of the right ones. */
final class OwnLosses {

  private OwnLosses() {}

  /** A loss that is a mean over rows; the engine's may be divided by something else. */
  private abstract static class Loss implements Reconstruction {
    private final Reconstruction right;
    private final Witness witness;

    /** What is predicted, and what is to be. */
    DMatrixRMaj y;

    CsrMatrix x;

    /** Rows over the divisor: what the mean over rows is to be multiplied by. */
    private double share;

    private boolean isOwn;

    Loss(Reconstruction right, Witness witness) {
      this.right = right;
      this.witness = witness;
    }

    /** The mean over rows. */
    abstract double forward();

    /** Its gradient, of the shape of {@code y}. */
    abstract double[] gradient();

    /** Whether it is about these outputs. */
    abstract boolean isOf(Outputs outputs);

    @Override
    public final double forward(DMatrixRMaj y, CsrMatrix x, Outputs outputs, double divisor) {
      isOwn = isOf(outputs);
      Supplier<Double> meant = () -> right.forward(y, x, outputs, divisor);
      if (!isOwn) {
        return meant.get();
      }
      this.y = y;
      this.x = x;
      witness.input(
          outputs instanceof Outputs.Observed ? "y" : "logits",
          outputs instanceof Outputs.Observed ? new Layout.Sparse(x) : new Layout.Dense(y.numCols));
      share = x.rows() / divisor;
      double loss = share * forward();
      witness.output(
          "loss", new Layout.Dense(1), new double[] {loss}, () -> new double[] {meant.get()});
      return loss;
    }

    @Override
    public final DMatrixRMaj backward() {
      if (!isOwn) {
        return right.backward();
      }
      DMatrixRMaj dY = DMatrixRMaj.wrap(y.numRows, y.numCols, gradient());
      for (int n = 0; n < dY.data.length; n++) {
        dY.data[n] *= share;
      }
      return dY;
    }
  }

  static Reconstruction multinomial(Task.MultinomialLoss task, MultinomialLoss right, Witness w) {
    return new Loss(right, w) {
      @Override
      boolean isOf(Outputs outputs) {
        return outputs instanceof Outputs.All;
      }

      @Override
      double forward() {
        return task.forward(Rows.of(y), Rows.items(x));
      }

      @Override
      double[] gradient() {
        double[][] rows = task.backward(Rows.of(y), Rows.items(x));
        return Rows.matrix("ds", rows, y.numRows, y.numCols).data;
      }
    };
  }

  static Reconstruction squared(Task.SquaredError task, SquaredError right, Witness witness) {
    return new Loss(right, witness) {
      @Override
      boolean isOf(Outputs outputs) {
        return outputs instanceof Outputs.Observed;
      }

      private double[][] ratings() {
        double[] values = new double[x.size()];
        for (int n = 0; n < values.length; n++) {
          values[n] = x.hasValues() ? x.values()[n] : 1;
        }
        return Rows.of(x, values);
      }

      @Override
      double forward() {
        return task.forward(Rows.of(x, y.data), ratings());
      }

      @Override
      double[] gradient() {
        return Rows.values("dy", task.backward(Rows.of(x, y.data), ratings()), x);
      }
    };
  }

  static Gaussian gaussian(Task.Gaussian task, Gaussian right, Witness witness) {
    return new Gaussian(right) {
      @Override
      public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
        DMatrixRMaj meant = super.forward(x, pass);
        DMatrixRMaj z =
            Rows.matrix(
                "z", task.forward(means(), logVariances(), Rows.of(epsilon)), x.numRows, latent);
        witness.input("x", new Layout.Dense(x.numCols));
        witness.output("z", new Layout.Dense(latent), z.data, () -> meant.data);
        if (pass.hasLoss()) {
          diverge(pass);
        }
        return z;
      }

      private void diverge(Pass pass) {
        double meant = kl;
        double[] divergence = task.divergence(means(), logVariances());
        if (divergence == null || divergence.length != x.numRows) {
          throw new ElboException(
              "divergence: expected an array of %d values, one for each user".formatted(x.numRows));
        }
        kl = 0;
        weightedKl = 0;
        for (int b = 0; b < x.numRows; b++) {
          kl += share(pass, b) * divergence[b];
          weightedKl += weight[b] * divergence[b];
        }
        witness.output(
            "divergence", new Layout.Dense(1), new double[] {kl}, () -> new double[] {meant});
      }

      @Override
      public DMatrixRMaj backward(DMatrixRMaj dZ) {
        DMatrixRMaj dX = new DMatrixRMaj(x.numRows, 2 * latent);
        boolean isOneWeight = Arrays.stream(weight).distinct().count() <= 1;
        int together = isOneWeight ? x.numRows : 1;
        for (int b = 0; b < x.numRows; b += together) {
          backward(b, b + together, dZ, dX);
        }
        return dX;
      }

      /** Some rows, which have one weight. */
      private void backward(int from, int to, DMatrixRMaj dZ, DMatrixRMaj dX) {
        double[][] dMu = new double[to - from][latent];
        double[][] dLv = new double[to - from][latent];
        task.backward(
            Arrays.copyOfRange(means(), from, to),
            Arrays.copyOfRange(logVariances(), from, to),
            Arrays.copyOfRange(Rows.of(epsilon), from, to),
            Arrays.copyOfRange(Rows.of(dZ), from, to),
            weight[from],
            dMu,
            dLv);
        for (int b = from; b < to; b++) {
          for (int k = 0; k < latent; k++) {
            dX.set(b, k, dMu[b - from][k]);
            dX.set(b, latent + k, dLv[b - from][k]);
          }
        }
      }

      private double[][] means() {
        return Rows.of(x, 0, latent);
      }

      private double[][] logVariances() {
        return Rows.of(x, latent, 2 * latent);
      }
    };
  }

  static WeightDecay decay(Task.WeightDecay task, WeightDecay right, Witness witness) {
    return new WeightDecay(right.lambda) {
      @Override
      public double forward(Collection<Parameter> parameters) {
        for (Parameter parameter : parameters) {
          witness.input(parameter.name(), new Layout.Dense(parameter.value().numCols));
        }
        double term = task.forward(lambda, weights(parameters), biases(parameters));
        witness.output(
            "the term",
            new Layout.Dense(1),
            new double[] {term},
            () -> new double[] {right.forward(parameters)});
        return term;
      }

      @Override
      public void backward(Collection<Parameter> parameters) {
        List<Parameter> weights = parameters.stream().filter(Parameter::decays).toList();
        List<Parameter> biases = parameters.stream().filter(p -> !p.decays()).toList();
        List<double[][]> dWeights = weights.stream().map(p -> Rows.of(p.gradient())).toList();
        List<double[]> dBiases = biases.stream().map(p -> p.gradient().data).toList();
        task.backward(lambda, weights(parameters), biases(parameters), dWeights, dBiases);
        for (int n = 0; n < weights.size(); n++) {
          Rows.fill("dWeights[" + n + "]", dWeights.get(n), weights.get(n).gradient());
        }
      }

      private static List<double[][]> weights(Collection<Parameter> parameters) {
        return parameters.stream()
            .filter(Parameter::decays)
            .map(parameter -> Rows.of(parameter.value()))
            .toList();
      }

      private static List<double[]> biases(Collection<Parameter> parameters) {
        return parameters.stream()
            .filter(parameter -> !parameter.decays())
            .map(parameter -> parameter.value().data.clone())
            .toList();
      }
    };
  }

  static Optimizer adam(Task.Adam task, Optimizer right, Witness witness) {
    return (parameter, t, adam) -> {
      DMatrixRMaj value = parameter.value().copy();
      DMatrixRMaj m = parameter.m().copy();
      DMatrixRMaj v = parameter.v().copy();
      double[][] values = Rows.of(value);
      double[][] first = Rows.of(m);
      double[][] second = Rows.of(v);
      task.update(
          Math.toIntExact(t),
          adam.learningRate(),
          adam.beta1(),
          adam.beta2(),
          adam.epsilon(t),
          Rows.of(parameter.gradient()),
          values,
          first,
          second);
      Rows.fill("W", values, parameter.value());
      Rows.fill("m", first, parameter.m());
      Rows.fill("v", second, parameter.v());
      witness.output(
          "W",
          new Layout.Dense(value.numCols),
          parameter.value().data,
          () -> {
            Parameter meant = parameter.at(value, m, v);
            right.update(meant, t, adam);
            return meant.value().data;
          });
    };
  }
}
