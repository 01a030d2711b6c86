package dev.elbo.fast.objective;

import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.fast.layers.GradientSink;
import dev.elbo.fast.layers.ObservedLinear;
import dev.elbo.fast.layers.Parameter;
import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Gemm;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Workers;
import java.util.Arrays;

/**
 * The last linear layer and the multinomial loss where outputs are sampled; derived at {@link
 * dev.elbo.reference}'s SampledLogits. The logits of the users' own items are computed where users
 * have them, {@code [1, N]}; those of what was drawn are a product with its rows of the weight,
 * gathered, {@code [B, M]}. Nothing else is computed: each row of the weight is only passed through
 * once, backward, on its way to the sink, if the sink wants every row.
 */
final class SampledOutput {

  /** Logits that an array can hold. */
  private static final int MOST_LOGITS = Integer.MAX_VALUE / 2;

  private final Parameter weight;
  private final Parameter bias;
  private final ObservedLinear own;
  private final Gemm gemm;
  private final Workers workers;
  private final Buffer gathered = new Buffer();
  private final Buffer logits = new Buffer();
  private final Buffer dGathered = new Buffer();

  private Matrix h;
  private CsrMatrix x;
  private Outputs.Sampled sampled;
  private double divisor;

  /** The weight's rows of the items that were drawn, {@code [M, H]}. */
  private Matrix rows;

  /** Logits of what was drawn, corrected, {@code [B, M]}. */
  private Matrix negatives;

  /** Logits of the users' own items, {@code [1, N]}. */
  private Matrix positives;

  private float[] logSum = {};

  /**
   * @param weight {@code [I, H]}
   * @param bias {@code [I]}
   * @param gemm computes the products
   * @param workers threads to use
   */
  SampledOutput(Parameter weight, Parameter bias, Gemm gemm, Workers workers) {
    this.weight = weight;
    this.bias = bias;
    this.own = new ObservedLinear(weight, bias, /* userBias= */ false, gemm, workers);
    this.gemm = gemm;
    this.workers = workers;
  }

  /** Computes the loss: as {@link MultinomialOutput#forward}, but for the outputs. */
  double forward(Matrix h, CsrMatrix x, Outputs.Sampled sampled, double divisor) {
    this.h = h;
    this.x = x;
    this.sampled = sampled;
    this.divisor = divisor;
    int users = h.rows();
    positives = own.at(h, x);
    computeNegatives();
    float[] max = new float[users];
    float[] sum = new float[users];
    double[] observed = new double[users];
    workers.forEach(
        users,
        b -> {
          leaveOutOwnItems(b);
          Matrix ofUser = positives(b);
          max[b] = Math.max(Exponentials.max(ofUser, 0), Exponentials.max(negatives, b));
          sum[b] = Exponentials.sum(ofUser, 0, max[b]) + Exponentials.sum(negatives, b, max[b]);
          for (int n = 0; n < ofUser.columns(); n++) {
            observed[b] += ofUser.data()[ofUser.at(0, n)];
          }
        });
    logSum = Exponentials.log(sum);
    double nll = 0;
    for (int b = 0; b < users; b++) {
      logSum[b] += max[b];
      nll += (double) x.size(b) * logSum[b] - observed[b];
    }
    return nll / divisor;
  }

  private void computeNegatives() {
    int[] items = sampled.items();
    if ((long) h.rows() * items.length > MOST_LOGITS) {
      throw new ElboException(
          "sampled items: %,d of them for %,d users are more logits than an array of Java can hold;"
                  .formatted(items.length, h.rows())
              + " sample fewer, or take smaller batches");
    }
    rows = gathered.matrix(items.length, weight.in);
    float[] offset = new float[items.length];
    workers.forEach(
        items.length,
        n -> {
          System.arraycopy(
              weight.value, items[n] * weight.in, rows.data(), rows.at(n, 0), weight.in);
          offset[n] = (float) (bias.value[items[n]] + sampled.correction(n));
        });
    negatives = logits.matrix(h.rows(), items.length);
    gemm.multiply(
        h,
        rows.transposed(),
        negatives,
        (rowFrom, rowTo, from, to) -> {
          for (int b = rowFrom; b < rowTo; b++) {
            Rows.add(offset, from, negatives.data(), negatives.at(b, from), to - from);
          }
        });
  }

  /** An item that was drawn is no negative of a user who has it. */
  private void leaveOutOwnItems(int b) {
    for (int n = x.indptr()[b]; n < x.indptr()[b + 1]; n++) {
      int drawn = Arrays.binarySearch(sampled.items(), x.indices()[n]);
      if (drawn >= 0) {
        negatives.data()[negatives.at(b, drawn)] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** The logits of a user's own items, {@code [1, n]}. */
  private Matrix positives(int b) {
    return positives.columnRange(x.indptr()[b], x.indptr()[b + 1]);
  }

  /**
   * Computes the gradients.
   *
   * @return gradient with respect to {@code h}, {@code [B, H]}
   */
  Matrix backward(GradientSink sink) {
    float share = (float) (1 / divisor);
    workers.forEach(
        h.rows(),
        b -> {
          float scale = x.size(b) * share;
          Exponentials.overwrite(negatives, b, logSum[b], scale);
          Matrix ofUser = positives(b);
          Exponentials.overwrite(ofUser, 0, logSum[b], scale);
          for (int n = 0; n < ofUser.columns(); n++) {
            ofUser.data()[ofUser.at(0, n)] -= share;
          }
        });
    Matrix dH = own.backward(positives, adding(sink), sampled.items());
    gemm.multiplyAdd(negatives, rows, dH);
    return dH;
  }

  /** Adds what the negatives give to each gradient that the users' own items give. */
  private GradientSink adding(GradientSink sink) {
    if (!sink.wants(weight)) {
      return sink;
    }
    Matrix dRows = dGathered.matrix(rows.rows(), weight.in);
    gemm.multiply(negatives.transposed(), h, dRows);
    float[] dOffset = new float[rows.rows()];
    for (int b = 0; b < negatives.rows(); b++) {
      Rows.add(negatives.data(), negatives.at(b, 0), dOffset, 0, dOffset.length);
    }
    int[] items = sampled.items();
    return new GradientSink() {
      @Override
      public boolean wantsEveryRow(Parameter parameter) {
        return sink.wantsEveryRow(parameter);
      }

      @Override
      public void accept(Parameter parameter, int at, float[] gradient, int from, int length) {
        float[] ofDrawn = parameter == weight ? dRows.data() : dOffset;
        int width = parameter == weight ? weight.in : 1;
        int end = (at + length) / width;
        int n = Arrays.binarySearch(items, at / width);
        n = n < 0 ? -n - 1 : n;
        if (n == items.length || items[n] >= end) {
          sink.accept(parameter, at, gradient, from, length);
          return;
        }
        float[] sum = Arrays.copyOfRange(gradient, from, from + length);
        for (; n < items.length && items[n] < end; n++) {
          Rows.add(ofDrawn, n * width, sum, items[n] * width - at, width);
        }
        sink.accept(parameter, at, sum, 0, length);
      }
    };
  }
}
