package dev.elbo.tornado.layers;

import java.util.Optional;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A gated recurrent unit over the steps of each sequence, from the state 0:
 *
 * <pre>
 * a = W_i x + b_i        c = W_h h + b_h         [3H]: rows of reset, update and new
 * r = s(a_r + c_r)       u = s(a_u + c_u)        n = tanh(a_n + r c_n)
 * h_t = (1 - u) n + u h_(t-1)
 * </pre>
 *
 * The gradients are derived at {@link dev.elbo.reference.layers.Gru}, whose names stand here, too.
 *
 * <p>What the input gives is one product for all steps, and so are the weights' gradients. Between
 * them a group goes through a sequence, step by step, forward and backward in a kernel each: its
 * items share the units, and meet at a barrier after each step, since each unit of the next depends
 * on all of them. The state's weight is read by columns forward, so that neighbouring items read
 * neighbouring values; it is transposed once for all steps.
 */
public final class Gru implements Layer {

  private final String id;
  private final Parameter inputWeight;
  private final Parameter stateWeight;
  private final Parameter inputBias;
  private final Parameter stateBias;
  private final int units;
  private final SparseRows steps;
  private final Sequences sequences;
  private final SparseRows rows;

  /** {@code W_h^T [H, 3H]}. */
  private final FloatArray transposed;

  /** {@code a} of each step, then its gates {@code [r, u, n]}; {@code [S, 3H]}. */
  private final FloatArray gates;

  /** {@code c_n} of each step, {@code [S, H]}. */
  private final FloatArray fromState;

  private final FloatArray before;
  private final FloatArray after;
  private final FloatArray y;
  private final FloatArray dA;
  private final FloatArray dC;

  /** What a step hands back to the one before it, {@code [Q, H]}. */
  private final FloatArray dH;

  private final FloatArray dX;
  private FloatArray x;

  /**
   * @param id what tells its tasks from those of other layers
   * @param inputWeight {@code W_i [3H, in]}
   * @param stateWeight {@code W_h [3H, H]}
   * @param inputBias {@code b_i [3H]}
   * @param stateBias {@code b_h [3H]}
   * @param steps the rows of its input
   * @param sequences which of them follow each other
   * @param rows the rows of its output
   */
  public Gru(
      String id,
      Parameter inputWeight,
      Parameter stateWeight,
      Parameter inputBias,
      Parameter stateBias,
      SparseRows steps,
      Sequences sequences,
      SparseRows rows) {
    this.id = id;
    this.inputWeight = inputWeight;
    this.stateWeight = stateWeight;
    this.inputBias = inputBias;
    this.stateBias = stateBias;
    this.units = stateWeight.in;
    this.steps = steps;
    this.sequences = sequences;
    this.rows = rows;
    this.transposed = new FloatArray(3 * units * units);
    this.gates = new FloatArray(steps.users() * 3 * units);
    this.fromState = new FloatArray(steps.users() * units);
    this.before = new FloatArray(steps.users() * units);
    this.after = new FloatArray(steps.users() * units);
    this.y = new FloatArray(rows.users() * units);
    this.dA = new FloatArray(steps.users() * 3 * units);
    this.dC = new FloatArray(steps.users() * 3 * units);
    this.dH = new FloatArray(sequences.most() * units);
    this.dX = new FloatArray(steps.users() * inputWeight.in);
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    this.x = x;
    tasks.take(sequences.size, sequences.start, sequences.step);
    tasks
        .graph()
        .task(
            "transpose" + id,
            Gru::transpose,
            stateWeight.value,
            transposed,
            3 * units,
            units,
            Tasks.whole(3 * units * units));
    tasks.products().forward(tasks, id, steps, x, inputWeight, inputBias, gates, Optional.empty());
    tasks
        .graph()
        .task(
            tasks.id("recur" + id, Group.ITEMS, sequences.most(), 1),
            Gru::forwardInTime,
            Tasks.CONTEXT,
            sequences.size,
            sequences.start,
            transposed,
            stateBias.value,
            gates,
            fromState,
            before,
            after,
            units);
    tasks
        .graph()
        .task(
            "states" + id,
            Gru::statesOf,
            rows.size,
            sequences.step,
            after,
            y,
            units,
            Tasks.whole(rows.users() * units));
    return y;
  }

  /** Where there is a loss, each step has a row of its own: {@code dY} is of all steps. */
  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    tasks
        .graph()
        .task(
            tasks.id("dRecur" + id, Group.ITEMS, sequences.most(), 1),
            Gru::backwardInTime,
            Tasks.CONTEXT,
            sequences.size,
            sequences.start,
            stateWeight.value,
            gates,
            fromState,
            before,
            dY,
            dA,
            dC,
            dH,
            units);
    tasks.products().backwardInput(tasks, id, steps, dA, inputWeight, dX);
    tasks.products().backwardWeight(tasks, id, steps, dA, x, inputWeight);
    Bias.backward(tasks, id, steps, inputBias, dA);
    tasks.products().backwardWeight(tasks, id + "h", steps, dC, before, stateWeight);
    Bias.backward(tasks, id + "h", steps, stateBias, dC);
    return dX;
  }

  /**
   * The kernel that transposes a matrix.
   *
   * @param from {@code [rows, columns]}
   * @param to {@code [columns, rows]}. Modified.
   * @param rows rows of {@code from}
   * @param columns its columns
   * @param bound of the loop
   */
  public static void transpose(FloatArray from, FloatArray to, int rows, int columns, int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      if (n < rows * columns) {
        to.set(n % columns * rows + n / columns, from.get(n));
      }
    }
  }

  /**
   * The kernel of the states.
   *
   * @param context one group of {@link Group#ITEMS} items for each sequence
   * @param size number of sequences, {@code Q}
   * @param start row of each sequence's first step, {@code [Q + 1]}
   * @param transposed {@code W_h^T [H, 3H]}
   * @param bias {@code b_h [3H]}
   * @param gates {@code a} of each step, {@code [S, 3H]}. Modified: its gates {@code [r, u, n]}.
   * @param fromState {@code c_n} of each step, {@code [S, H]}. Modified.
   * @param before the state before each step, {@code [S, H]}. Modified.
   * @param after the state after it, {@code [S, H]}. Modified.
   * @param units {@code H}
   */
  public static void forwardInTime(
      KernelContext context,
      IntArray size,
      IntArray start,
      FloatArray transposed,
      FloatArray bias,
      FloatArray gates,
      FloatArray fromState,
      FloatArray before,
      FloatArray after,
      int units) {
    int local = context.localIdx;
    int q = context.groupIdx;
    if (q < size.get(0)) {
      int first = start.get(q);
      for (int s = first; s < start.get(q + 1); s++) {
        for (int k = local; k < units; k += Group.ITEMS) {
          float cR = bias.get(k);
          float cU = bias.get(units + k);
          float cN = bias.get(2 * units + k);
          float h = 0f;
          if (s > first) {
            h = after.get((s - 1) * units + k);
            for (int j = 0; j < units; j++) {
              float hJ = after.get((s - 1) * units + j);
              int row = j * 3 * units;
              cR += transposed.get(row + k) * hJ;
              cU += transposed.get(row + units + k) * hJ;
              cN += transposed.get(row + 2 * units + k) * hJ;
            }
          }
          int at = s * 3 * units + k;
          float r = 1f / (1f + TornadoMath.exp(-(gates.get(at) + cR)));
          float u = 1f / (1f + TornadoMath.exp(-(gates.get(at + units) + cU)));
          float n = TornadoMath.tanh(gates.get(at + 2 * units) + r * cN);
          gates.set(at, r);
          gates.set(at + units, u);
          gates.set(at + 2 * units, n);
          fromState.set(s * units + k, cN);
          before.set(s * units + k, h);
          after.set(s * units + k, (1f - u) * n + u * h);
        }
        context.globalBarrier();
      }
    }
  }

  /**
   * The kernel that takes the states that go on.
   *
   * @param size {@link SparseRows#size} of the output's rows
   * @param stepOf the step whose state each row has, or -1
   * @param after the state after each step, {@code [S, H]}
   * @param y {@code [B, H]}, or {@code [S, H]}. Modified.
   * @param units {@code H}
   * @param bound of the loop
   */
  public static void statesOf(
      IntArray size, IntArray stepOf, FloatArray after, FloatArray y, int units, int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      int b = n / units;
      if (b < size.get(SparseRows.USERS)) {
        float state = 0f;
        if (stepOf.get(b) >= 0) {
          state = after.get(stepOf.get(b) * units + n % units);
        }
        y.set(n, state);
      }
    }
  }

  /**
   * The kernel of the gradients with respect to {@code a} and {@code c}.
   *
   * @param context one group of {@link Group#ITEMS} items for each sequence
   * @param size number of sequences, {@code Q}
   * @param start row of each sequence's first step, {@code [Q + 1]}
   * @param weight {@code W_h [3H, H]}
   * @param gates {@code [r, u, n]} of each step, {@code [S, 3H]}
   * @param fromState {@code c_n} of each step, {@code [S, H]}
   * @param before the state before each step, {@code [S, H]}
   * @param dY gradient with respect to the states, from the layers above, {@code [S, H]}
   * @param dA {@code [S, 3H]}. Modified.
   * @param dC {@code [S, 3H]}. Modified.
   * @param dH what a step hands back, {@code [Q, H]}. Modified.
   * @param units {@code H}
   */
  public static void backwardInTime(
      KernelContext context,
      IntArray size,
      IntArray start,
      FloatArray weight,
      FloatArray gates,
      FloatArray fromState,
      FloatArray before,
      FloatArray dY,
      FloatArray dA,
      FloatArray dC,
      FloatArray dH,
      int units) {
    int local = context.localIdx;
    int q = context.groupIdx;
    if (q < size.get(0)) {
      int end = start.get(q + 1);
      for (int s = end - 1; s >= start.get(q); s--) {
        for (int k = local; k < units; k += Group.ITEMS) {
          int at = s * 3 * units + k;
          float r = gates.get(at);
          float u = gates.get(at + units);
          float n = gates.get(at + 2 * units);
          float dAfter = dY.get(s * units + k);
          if (s < end - 1) {
            dAfter += dH.get(q * units + k);
          }
          float dN = dAfter * (1f - u) * (1f - n * n);
          float dU = dAfter * (before.get(s * units + k) - n) * u * (1f - u);
          float dR = dN * fromState.get(s * units + k) * r * (1f - r);
          dA.set(at, dR);
          dA.set(at + units, dU);
          dA.set(at + 2 * units, dN);
          dC.set(at, dR);
          dC.set(at + units, dU);
          dC.set(at + 2 * units, dN * r);
          dH.set(q * units + k, dAfter * u);
        }
        context.globalBarrier();
        // Each item goes on with the units that it has had, so it meets the others once a step.
        for (int k = local; k < units; k += Group.ITEMS) {
          float sum = dH.get(q * units + k);
          for (int gate = 0; gate < 3 * units; gate++) {
            sum += dC.get(s * 3 * units + gate) * weight.get(gate * units + k);
          }
          dH.set(q * units + k, sum);
        }
      }
    }
  }
}
