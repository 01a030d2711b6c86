package dev.elbo.fast.layers;

import dev.elbo.engine.Pass;
import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Workers;
import java.util.Arrays;
import java.util.List;

/**
 * {@code h_n = T_n(W_n h_(n-1) + b_n + h_1 + ... + h_(n-1))}; the gradients are derived at {@link
 * dev.elbo.reference}'s Residual.
 */
public final class Residual implements Layer {

  /**
   * One step from {@code h_(n-1)} to {@code h_n}.
   *
   * @param affine {@code W_n} and {@code b_n}
   * @param then the layers of {@code T_n}
   */
  public record Block(Linear affine, List<Layer> then) {}

  private final List<Block> blocks;
  private final Workers workers;
  private final Buffer sums = new Buffer();
  private final Buffer skips = new Buffer();

  /**
   * @param blocks from {@code n = 2} on, all of one width
   * @param workers threads to use
   */
  public Residual(List<Block> blocks, Workers workers) {
    this.blocks = blocks;
    this.workers = workers;
  }

  @Override
  public Matrix forward(Matrix x, Pass pass) {
    Matrix h = x;
    Matrix sum = zeros(sums, x);
    for (Block block : blocks) {
      add(h, sum);
      h = block.affine.forward(h, pass);
      add(sum, h);
      for (Layer layer : block.then) {
        h = layer.forward(h, pass);
      }
    }
    return h;
  }

  @Override
  public Matrix backward(Matrix dY, GradientSink sink) {
    Matrix dH = dY;
    Matrix skipped = zeros(skips, dY);
    for (Block block : blocks.reversed()) {
      Matrix dA = dH;
      for (Layer layer : block.then.reversed()) {
        dA = layer.backward(dA, sink);
      }
      add(dA, skipped);
      dH = block.affine.backward(dA, sink);
      add(skipped, dH);
    }
    return dH;
  }

  private static Matrix zeros(Buffer buffer, Matrix like) {
    Matrix zeros = buffer.matrix(like.rows(), like.columns());
    Arrays.fill(zeros.data(), 0, like.rows() * like.columns(), 0);
    return zeros;
  }

  /** {@code y += x}. */
  private void add(Matrix x, Matrix y) {
    workers.forEach(
        x.rows(), row -> Rows.add(x.data(), x.at(row, 0), y.data(), y.at(row, 0), x.columns()));
  }
}
