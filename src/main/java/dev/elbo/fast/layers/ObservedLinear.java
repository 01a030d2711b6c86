package dev.elbo.fast.layers;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Pass;
import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Gemm;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Workers;
import java.util.Arrays;

/**
 * {@code y_bi = b_i + w_i . x_b} at the places that are observed, {@code [1, N]}; derived at {@link
 * dev.elbo.reference}'s ObservedLinear. In scoring it is {@link Linear}. Forward, and for {@code
 * dX}, a task is a user; for the parameters' gradients it is some items.
 */
public final class ObservedLinear implements Layer {

  private static final int[] NONE = {};

  private final Parameter weight;
  private final Parameter bias;
  private final boolean userBias;
  private final Linear all;
  private final Workers workers;
  private final Buffer output = new Buffer();
  private final Buffer dInput = new Buffer();
  private Matrix x;
  private CsrMatrix observed;

  /**
   * @param weight {@code [I, H]}
   * @param bias {@code [I]}
   * @param userBias whether the input has one more column, a bias of each user's own
   * @param gemm computes the scores of all items
   * @param workers threads to use
   */
  public ObservedLinear(
      Parameter weight, Parameter bias, boolean userBias, Gemm gemm, Workers workers) {
    this.weight = weight;
    this.bias = bias;
    this.userBias = userBias;
    this.all = new Linear(weight, new Bias(bias, workers), gemm);
    this.workers = workers;
  }

  @Override
  public Matrix forward(Matrix x, Pass pass) {
    if (!(pass.outputs() instanceof Outputs.Observed)) {
      return all(x, pass);
    }
    return at(x, pass.targets());
  }

  /**
   * The outputs at some places.
   *
   * @param x the input, {@code [B, H]}. Not modified; kept for the backward pass.
   * @param observed the places, {@code [B, I]}
   * @return a number for each place, {@code [1, N]}
   */
  public Matrix at(Matrix x, CsrMatrix observed) {
    this.x = x;
    this.observed = observed;
    Matrix y = output.matrix(1, observed.size());
    int[] indptr = observed.indptr();
    workers.forEach(
        observed.rows(),
        b -> {
          float[] lanes = new float[Rows.LANES];
          for (int n = indptr[b]; n < indptr[b + 1]; n++) {
            int item = observed.indices()[n];
            int row = item * weight.in;
            y.data()[n] =
                Rows.dot(weight.value, row, x.data(), x.at(b, 0), weight.in, lanes)
                    + bias.value[item]
                    + ofUser(x, b);
          }
        });
    return y;
  }

  private float ofUser(Matrix x, int b) {
    return userBias ? x.data()[x.at(b, weight.in)] : 0;
  }

  private Matrix all(Matrix x, Pass pass) {
    Matrix y = all.forward(x.columnRange(0, weight.in), pass);
    if (userBias) {
      workers.forEach(
          y.rows(),
          b -> {
            float bias = ofUser(x, b);
            for (int n = y.at(b, 0); n < y.at(b, 0) + y.columns(); n++) {
              y.data()[n] += bias;
            }
          });
    }
    return y;
  }

  @Override
  public Matrix backward(Matrix dY, GradientSink sink) {
    return backward(dY, sink, NONE);
  }

  /**
   * The same, and if the sink wants the gradients of some rows only, those of other items, too.
   *
   * @param others items whose rows it wants, observed or not. Not modified.
   */
  public Matrix backward(Matrix dY, GradientSink sink, int... others) {
    Matrix dX = dInput.matrix(x.rows(), x.columns());
    SparseRows dy = new SparseRows(observed, dY.data());
    dy.forEachRow(
        workers,
        (b, from, to) -> {
          Arrays.fill(dX.data(), dX.at(b, 0), dX.at(b, 0) + dX.columns(), 0);
          for (int n = from; n < to; n++) {
            int row = observed.indices()[n] * weight.in;
            Rows.addScaled(dY.data()[n], weight.value, row, dX.data(), dX.at(b, 0), weight.in);
            if (userBias) {
              dX.data()[dX.at(b, weight.in)] += dY.data()[n];
            }
          }
        });
    if (sink.wants(weight)) {
      ByItem byItem = sink.wantsEveryRow(weight) ? ByItem.of(dy) : ByItem.touched(dy, others);
      byItem.backwardWeight(weight, weight.in, x, workers, sink);
      byItem.backwardBias(bias, workers, sink);
    }
    return dX;
  }
}
