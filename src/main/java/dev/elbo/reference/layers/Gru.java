package dev.elbo.reference.layers;

import dev.elbo.data.Steps;
import dev.elbo.engine.Pass;
import java.util.List;
import org.ejml.data.DMatrixRMaj;

/**
 * A gated recurrent unit (Cho et al. 2014) in the form of cuDNN and PyTorch: each sequence is read
 * step by step, from a state {@code h_0 = 0}. With {@code s(x) = 1 / (1 + exp(-x))}, in step {@code
 * t}:
 *
 * <pre>
 * a = W_i x_t + b_i                   [3H]: rows of reset, update and new
 * c = W_h h_(t-1) + b_h               [3H]
 * r = s(a_r + c_r)                    reset
 * u = s(a_u + c_u)                    update (PyTorch's z)
 * n = tanh(a_n + r c_n)               new
 * h_t = (1 - u) n + u h_(t-1)
 * </pre>
 *
 * The gradient goes through time from the last step to the first. {@code dh_t} is what comes from
 * the layer above in this step, {@code dy_t}, plus what the next step hands back, {@code
 * back_(t+1)}. The derivative of {@code s} is {@code s (1 - s)}, that of tanh {@code 1 - tanh^2}:
 *
 * <pre>
 * dn = dh_t (1 - u)                   da_n = dn (1 - n^2)
 * du = dh_t (h_(t-1) - n)             da_u = du u (1 - u)
 * dr = da_n c_n                       da_r = dr r (1 - r)
 * dc = [da_r, da_u, da_n r]           c enters r and u as a does, and n through r c_n
 * back_t = dh_t u + W_h^T dc          handed to the step before
 * dx_t = W_i^T da
 * dW_i = sum_t da x_t^T               db_i = sum_t da
 * dW_h = sum_t dc h_(t-1)^T           db_h = sum_t dc
 * </pre>
 *
 * A sequence's first step has {@code h_0 = 0} and hands nothing on.
 */
public final class Gru implements Layer<DMatrixRMaj, DMatrixRMaj> {

  public final Parameter inputWeight;
  public final Parameter stateWeight;
  public final Parameter inputBias;
  public final Parameter stateBias;
  private final int units;

  /** The input, {@code [S, in]}. */
  public DMatrixRMaj x;

  /** The steps that the rows are. */
  public Steps steps;

  /** The state before each step, {@code [S, H]}. */
  public DMatrixRMaj before;

  /** The gates reset, {@code r}, of each step, {@code [S, H]}. */
  public DMatrixRMaj reset;

  /** The gates update, {@code u}, likewise. */
  public DMatrixRMaj update;

  /** What is new, {@code n}, likewise. */
  public DMatrixRMaj news;

  /** What the state gives to what is new, {@code c_n}, likewise. */
  public DMatrixRMaj fromState;

  /**
   * @param inputWeight {@code W_i [3H, in]}
   * @param stateWeight {@code W_h [3H, H]}
   * @param inputBias {@code b_i [3H]}
   * @param stateBias {@code b_h [3H]}
   */
  public Gru(
      Parameter inputWeight, Parameter stateWeight, Parameter inputBias, Parameter stateBias) {
    this.inputWeight = inputWeight;
    this.stateWeight = stateWeight;
    this.inputBias = inputBias;
    this.stateBias = stateBias;
    this.units = stateWeight.value().numCols;
  }

  /**
   * Computes the state after each step.
   *
   * @param x the input, {@code [S, in]}. Not modified.
   * @return {@code [S, H]}; or, if only the last states go on, {@code [Q, H]}, that of an empty
   *     sequence being 0
   */
  @Override
  public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
    this.x = x;
    steps = pass.steps();
    before = new DMatrixRMaj(x.numRows, units);
    reset = new DMatrixRMaj(x.numRows, units);
    update = new DMatrixRMaj(x.numRows, units);
    news = new DMatrixRMaj(x.numRows, units);
    fromState = new DMatrixRMaj(x.numRows, units);
    DMatrixRMaj after = new DMatrixRMaj(x.numRows, units);
    DMatrixRMaj last = new DMatrixRMaj(steps.sequences(), units);
    for (int q = 0; q < steps.sequences(); q++) {
      double[] h = new double[units];
      for (int row = steps.start()[q]; row < steps.start()[q + 1]; row++) {
        h = step(row, h);
        System.arraycopy(h, 0, after.data, row * units, units);
      }
      System.arraycopy(h, 0, last.data, q * units, units);
    }
    return steps.lastOnly() ? last : after;
  }

  /** One step from the state {@code h}; the state after it. */
  private double[] step(int row, double[] h) {
    double[] after = new double[units];
    for (int k = 0; k < units; k++) {
      double cN = fromState(2 * units + k, h);
      double r = sigmoid(fromInput(k, row) + fromState(k, h));
      double u = sigmoid(fromInput(units + k, row) + fromState(units + k, h));
      double n = Math.tanh(fromInput(2 * units + k, row) + r * cN);
      before.set(row, k, h[k]);
      reset.set(row, k, r);
      update.set(row, k, u);
      news.set(row, k, n);
      fromState.set(row, k, cN);
      after[k] = (1 - u) * n + u * h[k];
    }
    return after;
  }

  /** {@code a = W_i x + b_i}, one of its values. */
  private double fromInput(int gate, int row) {
    double sum = inputBias.value().get(0, gate);
    for (int e = 0; e < x.numCols; e++) {
      sum += inputWeight.value().get(gate, e) * x.get(row, e);
    }
    return sum;
  }

  /** {@code c = W_h h + b_h}, one of its values. */
  private double fromState(int gate, double[] h) {
    double sum = stateBias.value().get(0, gate);
    for (int k = 0; k < units; k++) {
      sum += stateWeight.value().get(gate, k) * h[k];
    }
    return sum;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Override
  public DMatrixRMaj backward(DMatrixRMaj dY) {
    parameters().forEach(parameter -> parameter.gradient().zero());
    DMatrixRMaj dX = new DMatrixRMaj(x.numRows, x.numCols);
    for (int q = 0; q < steps.sequences(); q++) {
      double[] fromNext = new double[units];
      for (int row = steps.start()[q + 1] - 1; row >= steps.start()[q]; row--) {
        fromNext = stepBack(row, dY, fromNext, dX);
      }
    }
    return dX;
  }

  /**
   * One step back: {@code dh_t = dy_t + back_(t+1)}; returns {@code back_t}, adds to all gradients.
   */
  private double[] stepBack(int row, DMatrixRMaj dY, double[] fromNext, DMatrixRMaj dX) {
    double[] dA = new double[3 * units];
    double[] dC = new double[3 * units];
    double[] dH = new double[units];
    for (int k = 0; k < units; k++) {
      double r = reset.get(row, k);
      double u = update.get(row, k);
      double n = news.get(row, k);
      double dAfter = dY.get(row, k) + fromNext[k];
      double dN = dAfter * (1 - u) * (1 - n * n);
      double dU = dAfter * (before.get(row, k) - n) * u * (1 - u);
      double dR = dN * fromState.get(row, k) * r * (1 - r);
      dA[k] = dR;
      dA[units + k] = dU;
      dA[2 * units + k] = dN;
      dC[k] = dR;
      dC[units + k] = dU;
      dC[2 * units + k] = dN * r;
      dH[k] = dAfter * u;
    }
    for (int gate = 0; gate < 3 * units; gate++) {
      inputBias.gradient().add(0, gate, dA[gate]);
      stateBias.gradient().add(0, gate, dC[gate]);
      for (int e = 0; e < x.numCols; e++) {
        inputWeight.gradient().add(gate, e, dA[gate] * x.get(row, e));
        dX.add(row, e, dA[gate] * inputWeight.value().get(gate, e));
      }
      for (int k = 0; k < units; k++) {
        stateWeight.gradient().add(gate, k, dC[gate] * before.get(row, k));
        dH[k] += dC[gate] * stateWeight.value().get(gate, k);
      }
    }
    return dH;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(inputWeight, stateWeight, inputBias, stateBias);
  }
}
