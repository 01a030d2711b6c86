package dev.elbo.fast.layers;

import static dev.elbo.linalg.VectorMath.SPECIES;

import dev.elbo.data.Steps;
import dev.elbo.engine.Pass;
import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Gemm;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.VectorMath;
import dev.elbo.linalg.VectorMatrix;
import dev.elbo.linalg.Workers;
import java.util.Comparator;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * A gated recurrent unit over the steps of each sequence; the gradients are derived at {@link
 * dev.elbo.reference}'s Gru, whose names stand here too. What the input gives is one product for
 * all steps. The recurrence goes through time sequence by sequence: sequences do not depend on each
 * other, so each is a task, the longest first, and the state's weight stays in the cache. The
 * gradients of the weights are again one product each for all steps.
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
    forEachSequence(
        q -> {
          float[] h = vector(units);
          float[] gates = vector(3 * units);
          for (int row = steps.start()[q]; row < steps.start()[q + 1]; row++) {
            System.arraycopy(h, 0, before.data(), before.at(row, 0), units);
            System.arraycopy(stateBias.value, 0, gates, 0, 3 * units);
            VectorMatrix.multiplyAdd(h, 0, units, stateWeightByUnit, 3 * units, gates);
            step(row, gates, h);
            System.arraycopy(h, 0, after.data(), after.at(row, 0), units);
          }
          System.arraycopy(h, 0, last.data(), last.at(q, 0), units);
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

  /** Zeros, and room for a whole vector at the end: a load beyond an array's end is slow. */
  private static float[] vector(int size) {
    return new float[size + SPECIES.length()];
  }

  /** The longest first, so that no thread is left with a long one at the end. */
  private void forEachSequence(IntConsumer task) {
    int[] start = steps.start();
    int[] order =
        IntStream.range(0, steps.sequences())
            .boxed()
            .sorted(Comparator.comparingInt(q -> start[q] - start[q + 1]))
            .mapToInt(Integer::intValue)
            .toArray();
    workers.forEach(order.length, n -> task.accept(order[n]));
  }

  /** One step; {@code h} is the state before it, and becomes the one after it. */
  private void step(int row, float[] fromState, float[] h) {
    for (int k = 0; k < units; k += SPECIES.length()) {
      VectorMask<Float> mask = SPECIES.indexInRange(k, units);
      int at = a.at(row, k);
      FloatVector state = FloatVector.fromArray(SPECIES, h, k, mask);
      FloatVector cN = FloatVector.fromArray(SPECIES, fromState, 2 * units + k, mask);
      FloatVector r = sigmoid(load(at, mask).add(load(fromState, k, mask)));
      FloatVector u = sigmoid(load(at + units, mask).add(load(fromState, units + k, mask)));
      FloatVector n = VectorMath.tanh(r.fma(cN, load(at + 2 * units, mask)));
      r.intoArray(a.data(), at, mask);
      u.intoArray(a.data(), at + units, mask);
      n.intoArray(a.data(), at + 2 * units, mask);
      cN.intoArray(c.data(), c.at(row, 2 * units + k), mask);
      state.sub(n).fma(u, n).intoArray(h, k, mask); // (1 - u) n + u h
    }
  }

  private FloatVector load(int at, VectorMask<Float> mask) {
    return FloatVector.fromArray(SPECIES, a.data(), at, mask);
  }

  private static FloatVector load(float[] from, int at, VectorMask<Float> mask) {
    return FloatVector.fromArray(SPECIES, from, at, mask);
  }

  /** {@code 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2}. */
  private static FloatVector sigmoid(FloatVector x) {
    return VectorMath.tanh(x.mul(0.5f)).add(1).mul(0.5f);
  }

  @Override
  public Matrix backward(Matrix dY, GradientSink sink) {
    forEachSequence(
        q -> {
          float[] dH = vector(units); // what the next step hands back
          for (int row = steps.start()[q + 1] - 1; row >= steps.start()[q]; row--) {
            stepBack(row, dY, dH);
            int at = c.at(row, 0);
            VectorMatrix.multiplyAdd(c.data(), at, 3 * units, stateWeight.value, units, dH);
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
  private void stepBack(int row, Matrix dY, float[] dH) {
    for (int k = 0; k < units; k += SPECIES.length()) {
      VectorMask<Float> mask = SPECIES.indexInRange(k, units);
      int at = a.at(row, k);
      int atC = c.at(row, k);
      FloatVector r = load(at, mask);
      FloatVector u = load(at + units, mask);
      FloatVector n = load(at + 2 * units, mask);
      FloatVector cN = load(c.data(), atC + 2 * units, mask);
      FloatVector h = load(before.data(), before.at(row, k), mask);
      FloatVector dAfter = load(dY.data(), dY.at(row, k), mask).add(load(dH, k, mask));
      FloatVector one = FloatVector.broadcast(SPECIES, 1);
      FloatVector dN = dAfter.mul(one.sub(u)).mul(n.neg().fma(n, one));
      FloatVector dU = dAfter.mul(h.sub(n)).mul(u.mul(one.sub(u)));
      FloatVector dR = dN.mul(cN).mul(r.mul(one.sub(r)));
      dR.intoArray(a.data(), at, mask);
      dU.intoArray(a.data(), at + units, mask);
      dN.intoArray(a.data(), at + 2 * units, mask);
      dR.intoArray(c.data(), atC, mask);
      dU.intoArray(c.data(), atC + units, mask);
      dN.mul(r).intoArray(c.data(), atC + 2 * units, mask);
      dAfter.mul(u).intoArray(dH, k, mask);
    }
  }
}
