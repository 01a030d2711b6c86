package dev.elbo.fast.objective;

import static dev.elbo.linalg.VectorMath.SPECIES;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Scorer;
import dev.elbo.fast.layers.Bias;
import dev.elbo.fast.layers.GradientSink;
import dev.elbo.fast.layers.Linear;
import dev.elbo.fast.layers.Parameter;
import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Gemm;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.VectorMath;
import dev.elbo.linalg.Workers;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The last linear layer and the multinomial loss in one: logits {@code S = H W' + 1 b' [B, I]}, and
 * the negative log-likelihood of the users' items. The gradients are derived at {@link
 * dev.elbo.reference}'s Linear and MultinomialLoss.
 *
 * <p>Logits are the largest array of all, so they are computed and used a block of items at a time,
 * while they are in the cache; their gradient overwrites them, and the gradient of the weight goes
 * to the sink block by block. All of them are kept between forward and backward only if they fit
 * {@link #KEPT_LOGITS}; otherwise backward computes each block once more.
 *
 * <p>The log of the sum of exponentials runs over the blocks with the largest logit so far taken
 * out: when a larger one comes, the sum is scaled down (Milakov and Gimelshein 2018, "Online
 * normalizer calculation for softmax").
 */
public final class MultinomialOutput implements Output {

  /** Logits that are kept from forward to backward: 512 MiB. */
  private static final int KEPT_LOGITS = 1 << 27;

  /** Items in a block; a multiple of {@link #LANES}. */
  private static final int BLOCK = 4096;

  /** Fewer users than this are scored item by item, {@link #FEW_ITEMS} in a task. */
  private static final int FEW_USERS = 4;

  private static final int FEW_ITEMS = 512;

  /** Running sums of a row, whatever the width of vectors: it fixes the order of additions. */
  private static final int LANES = 16;

  private final Parameter weight;
  private final Bias bias;
  private final Gemm gemm;
  private final Workers workers;
  private final int items;
  private final Buffer logits = new Buffer();
  private final Buffer dHidden = new Buffer();
  private final Buffer dWeight = new Buffer();

  private Matrix h;
  private CsrMatrix x;
  private double divisor;
  private boolean kept;
  private float[] logSum = {};

  /**
   * @param weight {@code [I, H]}
   * @param bias {@code [I]}
   * @param gemm computes the products
   * @param workers threads to use
   */
  public MultinomialOutput(Parameter weight, Bias bias, Gemm gemm, Workers workers) {
    this.weight = weight;
    this.bias = bias;
    this.gemm = gemm;
    this.workers = workers;
    this.items = weight.out;
  }

  /**
   * Computes the loss.
   *
   * @param h input of the last layer, {@code [B, H]}. Not modified.
   * @param x what is to be predicted, {@code [B, I]}
   * @param outputs all of them
   * @param divisor what the sum over rows is divided by
   * @return the negative log-likelihood in nats, mean over users
   */
  @Override
  public double forward(Matrix h, CsrMatrix x, Outputs outputs, double divisor) {
    this.h = h;
    this.x = x;
    this.divisor = divisor;
    int users = h.rows();
    kept = items <= BLOCK || (long) users * items <= KEPT_LOGITS;
    float[] max = new float[users];
    float[] sum = new float[users];
    double[] observed = new double[users];
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
    for (int item = 0; item < items; item += BLOCK) {
      int first = item;
      Matrix block = logits(first);
      workers.forEach(
          users,
          b -> {
            float before = max[b];
            max[b] = Math.max(before, max(block, b));
            sum[b] = sum[b] * scalarExp(before - max[b]) + sumOfExp(block, b, max[b]);
            observed[b] += observed(block, first, b);
          });
    }
    logSum = log(sum);
    double nll = 0;
    for (int b = 0; b < users; b++) {
      logSum[b] += max[b];
      nll += (double) x.size(b) * logSum[b] - observed[b];
    }
    return nll / divisor;
  }

  /** Computes the logits of a block of items, {@code [B, <= BLOCK]}. */
  private Matrix logits(int first) {
    int to = Math.min(first + BLOCK, items);
    Matrix block = block(first);
    gemm.multiply(
        h,
        weight.matrix().rowRange(first, to).transposed(),
        block,
        (rowFrom, rowTo, from, until) -> bias.addTo(block, first, rowFrom, rowTo, from, until));
    return block;
  }

  /** Where the logits of a block are, or will be. */
  private Matrix block(int first) {
    int to = Math.min(first + BLOCK, items);
    return kept
        ? logits.matrix(h.rows(), items).columnRange(first, to)
        : logits.matrix(h.rows(), to - first);
  }

  private static float max(Matrix block, int b) {
    FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int n = 0; n < block.columns(); n += SPECIES.length()) {
      max = max.max(load(block, b, n));
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  /** The sum of {@code exp(logit - max)} over a row: lane by lane, then over the lanes in order. */
  private static float sumOfExp(Matrix block, int b, float max) {
    float[] lanes = new float[LANES];
    for (int n = 0; n < block.columns(); n += SPECIES.length()) {
      FloatVector p = VectorMath.exp(load(block, b, n).sub(max));
      int lane = n % LANES;
      FloatVector.fromArray(SPECIES, lanes, lane).add(p).intoArray(lanes, lane);
    }
    float sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    return sum;
  }

  /** A vector of a row; beyond its end, negative infinity. */
  private static FloatVector load(Matrix block, int b, int column) {
    int at = block.at(b, column);
    if (column + SPECIES.length() <= block.columns()) {
      return FloatVector.fromArray(SPECIES, block.data(), at);
    }
    VectorMask<Float> mask = SPECIES.indexInRange(column, block.columns());
    FloatVector infinity = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    return infinity.blend(Rows.load(block.data(), at, mask), mask);
  }

  /** The sum of the logits of the user's own items in a block. */
  private double observed(Matrix block, int first, int b) {
    double sum = 0;
    for (int n = position(b, first); n < position(b, first + block.columns()); n++) {
      sum += block.data()[block.at(b, x.indices()[n] - first)];
    }
    return sum;
  }

  /** Where the first of the user's items from {@code item} on stands. */
  private int position(int b, int item) {
    int found = Arrays.binarySearch(x.indices(), x.indptr()[b], x.indptr()[b + 1], item);
    return found < 0 ? -found - 1 : found;
  }

  /** {@code exp} of one value that is not positive; strict, so the same everywhere. */
  private static float scalarExp(float value) {
    return (float) StrictMath.exp(value);
  }

  private static float[] log(float[] values) {
    float[] logs = new float[values.length];
    for (int n = 0; n < values.length; n += SPECIES.length()) {
      VectorMask<Float> mask = SPECIES.indexInRange(n, values.length);
      VectorMath.log(FloatVector.fromArray(SPECIES, values, n, mask)).intoArray(logs, n, mask);
    }
    return logs;
  }

  /**
   * Computes the gradients. A block's share of {@code dH} comes before its weight's gradient: the
   * sink may change the weight.
   *
   * @return gradient with respect to {@code h}, {@code [B, H]}; null unless it goes further
   */
  @Override
  public Matrix backward(GradientSink sink, boolean further) {
    Matrix dH = further ? dHidden.matrix(h.rows(), h.columns()) : null;
    for (int first = 0; first < items; first += BLOCK) {
      Matrix block = kept ? block(first) : logits(first);
      overwriteWithGradient(block, first);
      Matrix ofBlock = weight.matrix().rowRange(first, first + block.columns());
      if (further && first == 0) {
        gemm.multiply(block, ofBlock, dH);
      } else if (further) {
        gemm.multiplyAdd(block, ofBlock, dH);
      }
      Linear.backwardWeight(gemm, weight, first, block, h, dWeight, sink);
      bias.backward(block, first, sink);
    }
    return dH;
  }

  /** {@code ds = (n exp(s - log sum exp) - x) / divisor}. */
  private void overwriteWithGradient(Matrix block, int first) {
    float share = (float) (1 / divisor);
    workers.forEach(
        block.rows(),
        b -> {
          float scale = x.size(b) * share;
          int whole = SPECIES.loopBound(block.columns());
          for (int n = 0; n < whole; n += SPECIES.length()) {
            scaleExp(block, block.at(b, n), logSum[b], scale, null);
          }
          if (whole < block.columns()) {
            VectorMask<Float> rest = SPECIES.indexInRange(whole, block.columns());
            scaleExp(block, block.at(b, whole), logSum[b], scale, rest);
          }
          for (int n = position(b, first); n < position(b, first + block.columns()); n++) {
            block.data()[block.at(b, x.indices()[n] - first)] -= share;
          }
        });
  }

  private static void scaleExp(
      Matrix block, int at, float logSum, float scale, VectorMask<Float> mask) {
    FloatVector p = VectorMath.exp(Rows.load(block.data(), at, mask).sub(logSum));
    Rows.store(p.mul(scale), block.data(), at, mask);
  }

  /**
   * Computes all logits, as many users at a time as fit.
   *
   * @param hidden input of the last layer, {@code [B, H]}. Not modified.
   * @param sink receives each user's logits
   */
  @Override
  public void scores(Matrix hidden, Scorer.Sink sink) {
    int together = Math.max(1, KEPT_LOGITS / items);
    for (int user = 0; user < hidden.rows(); user += together) {
      int first = user;
      Matrix some = hidden.rowRange(first, Math.min(first + together, hidden.rows()));
      Matrix all = logits.matrix(some.rows(), items);
      if (some.rows() < FEW_USERS) {
        logitsItemByItem(some, all);
      } else {
        gemm.multiply(
            some,
            weight.matrix().transposed(),
            all,
            (rowFrom, rowTo, from, to) -> bias.addTo(all, 0, rowFrom, rowTo, from, to));
      }
      workers.forEach(
          some.rows(),
          b -> {
            int at = all.at(b, 0);
            sink.accept(first + b, Arrays.copyOfRange(all.data(), at, at + items));
          });
    }
  }

  /**
   * The logits of a few users: to rearrange the whole weight, as {@link Gemm} does, would take
   * longer. Each is the same chain of fused multiply-adds as there, so the bits are the same; four
   * items at a time keep the processor busy.
   */
  private void logitsItemByItem(Matrix hidden, Matrix all) {
    int width = weight.in;
    float[] w = weight.value;
    float[] h = hidden.data();
    workers.forEach(
        Math.ceilDiv(items, FEW_ITEMS),
        task -> {
          int to = Math.min((task + 1) * FEW_ITEMS, items);
          for (int b = 0; b < hidden.rows(); b++) {
            int x = hidden.at(b, 0);
            for (int i = task * FEW_ITEMS; i < to; i += 4) {
              int w0 = i * width;
              int w1 = Math.min(i + 1, to - 1) * width;
              int w2 = Math.min(i + 2, to - 1) * width;
              int w3 = Math.min(i + 3, to - 1) * width;
              float s0 = 0;
              float s1 = 0;
              float s2 = 0;
              float s3 = 0;
              for (int k = 0; k < width; k++) {
                s0 = Math.fma(h[x + k], w[w0 + k], s0);
                s1 = Math.fma(h[x + k], w[w1 + k], s1);
                s2 = Math.fma(h[x + k], w[w2 + k], s2);
                s3 = Math.fma(h[x + k], w[w3 + k], s3);
              }
              float[] sums = {s0, s1, s2, s3};
              System.arraycopy(sums, 0, all.data(), all.at(b, i), Math.min(4, to - i));
            }
            bias.addTo(all, 0, b, b + 1, task * FEW_ITEMS, to);
          }
        });
  }
}
