package dev.elbo.fast.objective;

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
import dev.elbo.linalg.MatrixVector;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Tile;
import dev.elbo.linalg.Workers;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The last linear layer and the multinomial loss in one: logits {@code S = H W^T + 1 b^T [B, I]},
 * and the negative log-likelihood of the users' items. The gradients are derived at {@link
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

  /** Items in a block; a multiple of {@link Rows#LANES}. */
  private static final int BLOCK = 4096;

  /** Items in a task where a task is some items. */
  private static final int FEW_ITEMS = 512;

  /** Fewer users than this are scored item by item. */
  private static final int FEW_USERS = 4;

  private final Parameter weight;
  private final Bias bias;
  private final SampledOutput sampledOutput;
  private final Gemm gemm;
  private final Workers workers;
  private final int items;
  private final Buffer logits = new Buffer();

  /**
   * Rows of scores, {@code [I]}, that no sink has now: they stay in the cache from user to user.
   */
  private final Queue<float[]> idleScores = new ConcurrentLinkedQueue<>();

  private final Buffer dHidden = new Buffer();
  private final Buffer dWeight = new Buffer();

  /** Whether the last forward pass had sampled outputs. */
  private boolean sampled;

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
  public MultinomialOutput(Parameter weight, Parameter bias, Gemm gemm, Workers workers) {
    this.weight = weight;
    this.bias = new Bias(bias, workers);
    this.sampledOutput = new SampledOutput(weight, bias, gemm, workers);
    this.gemm = gemm;
    this.workers = workers;
    this.items = weight.out;
  }

  /**
   * Computes the loss.
   *
   * @param h input of the last layer, {@code [B, H]}. Not modified.
   * @param x what is to be predicted, {@code [B, I]}
   * @param outputs all of them, or those that are sampled
   * @param divisor what the sum over rows is divided by
   * @return the negative log-likelihood in nats, mean over users
   */
  @Override
  public double forward(Matrix h, CsrMatrix x, Outputs outputs, double divisor) {
    sampled = outputs instanceof Outputs.Sampled;
    if (outputs instanceof Outputs.Sampled drawn) {
      return sampledOutput.forward(h, x, drawn, divisor);
    }
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
      float[] before = max.clone();
      Matrix block = logits(first, max);
      workers.forEach(
          users,
          b -> {
            sum[b] =
                sum[b] * Exponentials.ofScalar(before[b] - max[b])
                    + Exponentials.sum(block, b, max[b]);
            observed[b] += observed(block, first, b);
          });
    }
    logSum = Exponentials.log(sum);
    double nll = 0;
    for (int b = 0; b < users; b++) {
      logSum[b] += max[b];
      nll += (double) x.size(b) * logSum[b] - observed[b];
    }
    return nll / divisor;
  }

  /** Computes the logits of a block of items, {@code [B, <= BLOCK]}. */
  private Matrix logits(int first) {
    Matrix block = block(first);
    multiply(
        first,
        block,
        (rowFrom, rowTo, from, to) -> bias.addTo(block, first, rowFrom, rowTo, from, to));
    return block;
  }

  /**
   * The same, and each user's largest logit so far, tile by tile while it is in the cache.
   *
   * @param max of the blocks before, {@code [B]}. Modified.
   */
  private Matrix logits(int first, float[] max) {
    Matrix block = block(first);
    multiply(
        first,
        block,
        (rowFrom, rowTo, from, to) -> {
          bias.addTo(block, first, rowFrom, rowTo, from, to);
          Matrix tile = block.rowRange(rowFrom, rowTo).columnRange(from, to);
          float[] ofTile = new float[tile.rows()];
          for (int b = 0; b < ofTile.length; b++) {
            ofTile[b] = Exponentials.max(tile, b);
          }
          synchronized (max) {
            for (int b = 0; b < ofTile.length; b++) {
              max[rowFrom + b] = Math.max(max[rowFrom + b], ofTile[b]);
            }
          }
        });
    return block;
  }

  private void multiply(int first, Matrix block, Tile tile) {
    Matrix ofBlock = weight.matrix().rowRange(first, first + block.columns());
    gemm.multiply(h, ofBlock.transposed(), block, tile);
  }

  /** Where the logits of a block are, or will be. */
  private Matrix block(int first) {
    int to = Math.min(first + BLOCK, items);
    return kept
        ? logits.matrix(h.rows(), items).columnRange(first, to)
        : logits.matrix(h.rows(), to - first);
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

  /**
   * Computes the gradients. A block's share of {@code dH} comes before its weight's gradient: the
   * sink may change the weight.
   *
   * @return gradient with respect to {@code h}, {@code [B, H]}; null unless it goes further or
   *     outputs are sampled
   */
  @Override
  public Matrix backward(GradientSink sink, boolean further) {
    if (sampled) {
      return sampledOutput.backward(sink);
    }
    Matrix dH = further ? dHidden.matrix(h.rows(), h.columns()) : null;
    for (int first = 0; first < items; first += BLOCK) {
      Matrix block = kept ? block(first) : logits(first);
      overwriteWithGradient(block, first, sink);
      Matrix ofBlock = weight.matrix().rowRange(first, first + block.columns());
      if (further && first == 0) {
        gemm.multiply(block, ofBlock, dH);
      } else if (further) {
        gemm.multiplyAdd(block, ofBlock, dH);
      }
      Linear.backwardWeight(gemm, weight, first, block, h, dWeight, sink);
    }
    return dH;
  }

  /**
   * {@code ds = (n exp(s - log sum exp) - x) / divisor}, and the gradient of the bias, which is its
   * sum over users, a few items at a time.
   */
  private void overwriteWithGradient(Matrix block, int first, GradientSink sink) {
    float share = (float) (1 / divisor);
    boolean ofBias = sink.wants(bias.parameter());
    workers.forEach(
        Math.ceilDiv(block.columns(), FEW_ITEMS),
        task -> {
          int from = task * FEW_ITEMS;
          Matrix some = block.columnRange(from, Math.min(from + FEW_ITEMS, block.columns()));
          float[] dBias = new float[some.columns()];
          for (int b = 0; b < some.rows(); b++) {
            Exponentials.overwrite(some, b, logSum[b], x.size(b) * share);
            int until = position(b, first + from + some.columns());
            for (int n = position(b, first + from); n < until; n++) {
              some.data()[some.at(b, x.indices()[n] - first - from)] -= share;
            }
            if (ofBias) {
              Rows.add(some.data(), some.at(b, 0), dBias, 0, dBias.length);
            }
          }
          if (ofBias) {
            sink.accept(bias.parameter(), first + from, dBias, 0, dBias.length);
          }
        });
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
            float[] scores = idleScores.poll();
            if (scores == null) {
              scores = new float[items];
            }
            System.arraycopy(all.data(), all.at(b, 0), scores, 0, items);
            sink.accept(first + b, scores);
            idleScores.add(scores);
          });
    }
  }

  /**
   * The logits of a few users: to rearrange the whole weight, as {@link Gemm} does, would take
   * longer. The bits are the same.
   */
  private void logitsItemByItem(Matrix hidden, Matrix all) {
    workers.forEach(
        Math.ceilDiv(items, FEW_ITEMS),
        task -> {
          int from = task * FEW_ITEMS;
          int to = Math.min(from + FEW_ITEMS, items);
          for (int b = 0; b < hidden.rows(); b++) {
            MatrixVector.multiply(
                weight.value,
                from * weight.in,
                to - from,
                weight.in,
                hidden.data(),
                hidden.at(b, 0),
                all.data(),
                all.at(b, from));
            bias.addTo(all, 0, b, b + 1, from, to);
          }
        });
  }
}
