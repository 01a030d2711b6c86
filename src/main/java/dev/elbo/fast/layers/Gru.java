package dev.elbo.fast.layers;

import static dev.elbo.linalg.Rows.load;
import static dev.elbo.linalg.Rows.store;
import static dev.elbo.linalg.VectorMath.SPECIES;

import dev.elbo.data.Steps;
import dev.elbo.engine.Pass;
import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Gemm;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.VectorMath;
import dev.elbo.linalg.VectorMatrix;
import dev.elbo.linalg.Workers;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * A gated recurrent unit over the steps of each sequence; the gradients are derived at {@link
 * dev.elbo.reference}'s Gru, whose names stand here too. What the input gives is one product for
 * all steps. The recurrence goes through time a few sequences at once: sequences do not depend on
 * each other, so each group is a task, and the state's weight stays in the cache. The gradients of
 * the weights are again one product each for all steps.
 */
public final class Gru implements Layer {

  private final Parameter inputWeight;
  private final Parameter stateWeight;
  private final Bias inputBias;
  private final Parameter stateBias;
  private final Bias stateBiasOps;
  private final int units;
  private final Gemm gemm;
  private final Workers workers;
  private final Buffer fromInput = new Buffer();
  private final Buffer fromState = new Buffer();
  private final Buffer statesBefore = new Buffer();
  private final Buffer statesAfter = new Buffer();
  private final Buffer lastStates = new Buffer();
  private final Buffer dInput = new Buffer();
  private final Buffer dWeight = new Buffer();
  private final float[] stateWeightByUnit;

  private Steps steps;
  private Matrix x;

  /** {@code a} of each step, then its gates {@code [r, u, n]}, then {@code da}; {@code [S, 3H]}. */
  private Matrix a;

  /** {@code c_n} of each step in the last third, then {@code dc}; {@code [S, 3H]}. */
  private Matrix c;

  /** The state before each step, {@code [S, H]}. */
  private Matrix before;

  /**
   * @param inputWeight {@code W_i [3H, in]}
   * @param stateWeight {@code W_h [3H, H]}
   * @param inputBias {@code b_i [3H]}
   * @param stateBias {@code b_h [3H]}
   * @param gemm computes the products
   * @param workers threads to use
   */
  public Gru(
      Parameter inputWeight,
      Parameter stateWeight,
      Parameter inputBias,
      Parameter stateBias,
      Gemm gemm,
      Workers workers) {
    this.inputWeight = inputWeight;
    this.stateWeight = stateWeight;
    this.inputBias = new Bias(inputBias, workers);
    this.stateBias = stateBias;
    this.stateBiasOps = new Bias(stateBias, workers);
    this.units = stateWeight.in;
    this.gemm = gemm;
    this.workers = workers;
    this.stateWeightByUnit = new float[stateWeight.value.length];
  }

  @Override
  public Matrix forward(Matrix x, Pass pass) {
    this.x = x;
    steps = pass.steps();
    a = fromInput.matrix(x.rows(), 3 * units);
    c = fromState.matrix(x.rows(), 3 * units);
    before = statesBefore.matrix(x.rows(), units);
    Matrix after = statesAfter.matrix(x.rows(), units);
    Matrix last = lastStates.matrix(steps.sequences(), units);
    gemm.multiply(
        x,
        inputWeight.matrix().transposed(),
        a,
        (rowFrom, rowTo, from, to) -> inputBias.addTo(a, 0, rowFrom, rowTo, from, to));
    transpose(stateWeight.value, stateWeightByUnit);
    forEachGroup(
        group -> {
          float[] h = vectors(units);
          float[] gates = vectors(3 * units);
          for (int t = 0; t < length(group[0]); t++) {
            int going = going(group, t);
            for (int n = 0; n < going; n++) {
              int row = steps.start()[group[n]] + t;
              System.arraycopy(h, n * units, before.data(), before.at(row, 0), units);
              System.arraycopy(stateBias.value, 0, gates, n * 3 * units, 3 * units);
            }
            multiplyAdd(going, h, units, stateWeightByUnit, 3 * units, gates);
            for (int n = 0; n < going; n++) {
              int row = steps.start()[group[n]] + t;
              step(row, gates, n * 3 * units, h, n * units);
              System.arraycopy(h, n * units, after.data(), after.at(row, 0), units);
            }
          }
          for (int n = 0; n < group.length; n++) {
            System.arraycopy(h, n * units, last.data(), last.at(group[n], 0), units);
          }
        });
    return steps.lastOnly() ? last : after;
  }

  private void transpose(float[] from, float[] to) {
    for (int gate = 0; gate < 3 * units; gate++) {
      for (int k = 0; k < units; k++) {
        to[k * 3 * units + gate] = from[gate * units + k];
      }
    }
  }

  /** Zeros for each sequence of a group, and room for a whole vector at the end. */
  private static float[] vectors(int size) {
    return new float[VectorMatrix.ROWS * size + SPECIES.length()];
  }

  /**
   * Sequences that go through time together, so that the state's weight is read once for all of
   * them. The longest come first: those of a group are about as long, and no thread is left with a
   * long one at the end.
   */
  private void forEachGroup(Consumer<int[]> task) {
    int[] order =
        IntStream.range(0, steps.sequences())
            .boxed()
            .sorted(Comparator.comparingInt(q -> -length(q)))
            .mapToInt(Integer::intValue)
            .toArray();
    int size = VectorMatrix.ROWS;
    workers.forEach(
        Math.ceilDiv(order.length, size),
        n ->
            task.accept(
                Arrays.copyOfRange(order, n * size, Math.min((n + 1) * size, order.length))));
  }

  private int length(int q) {
    return steps.start()[q + 1] - steps.start()[q];
  }

  /** How many sequences of a group have a step {@code t}: the first ones. */
  private int going(int[] group, int t) {
    int n = 0;
    while (n < group.length && length(group[n]) > t) {
      n++;
    }
    return n;
  }

  /** {@code Y += X M} for the sequences that are going; other rows of {@code y} may change. */
  private static void multiplyAdd(
      int going, float[] x, int depth, float[] m, int columns, float[] y) {
    if (going == 1) {
      VectorMatrix.multiplyAdd(x, depth, m, columns, y);
    } else {
      VectorMatrix.multiplyAddRows(x, depth, m, columns, y);
    }
  }

  /** One step; {@code h} is the state before it, and becomes the one after it. */
  private void step(int row, float[] fromState, int at, float[] h, int hAt) {
    int whole = SPECIES.loopBound(units);
    for (int k = 0; k < whole; k += SPECIES.length()) {
      stepOfVector(a.at(row, k), c.at(row, k), fromState, at + k, h, hAt + k, null);
    }
    if (whole < units) {
      VectorMask<Float> rest = SPECIES.indexInRange(whole, units);
      stepOfVector(a.at(row, whole), c.at(row, whole), fromState, at + whole, h, hAt + whole, rest);
    }
  }

  /** The units of a vector; all of its lanes if there is no mask. */
  private void stepOfVector(
      int aAt, int cAt, float[] fromState, int at, float[] h, int hAt, VectorMask<Float> mask) {
    FloatVector state = load(h, hAt, mask);
    FloatVector cN = load(fromState, at + 2 * units, mask);
    FloatVector r = sigmoid(load(a.data(), aAt, mask).add(load(fromState, at, mask)));
    FloatVector u =
        sigmoid(load(a.data(), aAt + units, mask).add(load(fromState, at + units, mask)));
    FloatVector n = VectorMath.tanh(r.fma(cN, load(a.data(), aAt + 2 * units, mask)));
    store(r, a.data(), aAt, mask);
    store(u, a.data(), aAt + units, mask);
    store(n, a.data(), aAt + 2 * units, mask);
    store(cN, c.data(), cAt + 2 * units, mask);
    store(state.sub(n).fma(u, n), h, hAt, mask); // (1 - u) n + u h
  }

  /** {@code 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2}. */
  private static FloatVector sigmoid(FloatVector x) {
    return VectorMath.tanh(x.mul(0.5f)).add(1).mul(0.5f);
  }

  @Override
  public Matrix backward(Matrix dY, GradientSink sink) {
    forEachGroup(
        group -> {
          float[] dH = vectors(units); // what the next step hands back
          float[] dC = vectors(3 * units);
          for (int t = length(group[0]) - 1; t >= 0; t--) {
            int going = going(group, t);
            for (int n = 0; n < going; n++) {
              int row = steps.start()[group[n]] + t;
              stepBack(row, dY, dH, n * units);
              System.arraycopy(c.data(), c.at(row, 0), dC, n * 3 * units, 3 * units);
            }
            multiplyAdd(going, dC, 3 * units, stateWeight.value, units, dH);
          }
        });
    Matrix dX = dInput.matrix(x.rows(), x.columns());
    gemm.multiply(a, inputWeight.matrix(), dX);
    Linear.backwardWeight(gemm, inputWeight, 0, a, x, dWeight, sink);
    Linear.backwardWeight(gemm, stateWeight, 0, c, before, dWeight, sink);
    inputBias.backward(a, 0, sink);
    stateBiasOps.backward(c, 0, sink);
    return dX;
  }

  /**
   * One step back: {@code a} and {@code c} become {@code da} and {@code dc}; {@code dH} becomes
   * {@code dh_t u}, what the state before has without {@code c}.
   */
  private void stepBack(int row, Matrix dY, float[] dH, int dHAt) {
    int whole = SPECIES.loopBound(units);
    for (int k = 0; k < whole; k += SPECIES.length()) {
      stepBack(row, k, dY, dH, dHAt + k, null);
    }
    if (whole < units) {
      stepBack(row, whole, dY, dH, dHAt + whole, SPECIES.indexInRange(whole, units));
    }
  }

  private void stepBack(int row, int k, Matrix dY, float[] dH, int dHAt, VectorMask<Float> mask) {
    int at = a.at(row, k);
    int atC = c.at(row, k);
    FloatVector r = load(a.data(), at, mask);
    FloatVector u = load(a.data(), at + units, mask);
    FloatVector n = load(a.data(), at + 2 * units, mask);
    FloatVector cN = load(c.data(), atC + 2 * units, mask);
    FloatVector h = load(before.data(), before.at(row, k), mask);
    FloatVector dAfter = load(dY.data(), dY.at(row, k), mask).add(load(dH, dHAt, mask));
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    FloatVector dN = dAfter.mul(one.sub(u)).mul(n.neg().fma(n, one));
    FloatVector dU = dAfter.mul(h.sub(n)).mul(u.mul(one.sub(u)));
    FloatVector dR = dN.mul(cN).mul(r.mul(one.sub(r)));
    store(dR, a.data(), at, mask);
    store(dU, a.data(), at + units, mask);
    store(dN, a.data(), at + 2 * units, mask);
    store(dR, c.data(), atC, mask);
    store(dU, c.data(), atC + units, mask);
    store(dN.mul(r), c.data(), atC + 2 * units, mask);
    store(dAfter.mul(u), dH, dHAt, mask);
  }
}
