package dev.elbo.fast.layers;

import dev.elbo.engine.Pass;
import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Workers;
import java.util.List;

/** Affine layers of one input, their outputs beside each other; {@code dX} is their sum. */
public final class Heads implements Layer {

  private final List<Linear> branches;
  private final Workers workers;
  private final Buffer output = new Buffer();

  /**
   * @param branches the layers, from the first columns of the output on
   * @param workers threads to use
   */
  public Heads(List<Linear> branches, Workers workers) {
    this.branches = branches;
    this.workers = workers;
  }

  @Override
  public Matrix forward(Matrix x, Pass pass) {
    Matrix y = output.matrix(x.rows(), branches.stream().mapToInt(Linear::width).sum());
    int from = 0;
    for (Linear branch : branches) {
      Matrix part = branch.forward(x, pass);
      int first = from;
      workers.forEach(
          x.rows(),
          b ->
              System.arraycopy(
                  part.data(), part.at(b, 0), y.data(), y.at(b, first), part.columns()));
      from += part.columns();
    }
    return y;
  }

  @Override
  public Matrix backward(Matrix dY, GradientSink sink) {
    Matrix dX = null;
    int from = 0;
    for (Linear branch : branches) {
      Matrix ofBranch = branch.backward(dY.columnRange(from, from + branch.width()), sink);
      if (dX == null) {
        dX = ofBranch;
      } else {
        Matrix sum = dX;
        workers.forEach(
            sum.rows(),
            b ->
                Rows.add(
                    ofBranch.data(), ofBranch.at(b, 0), sum.data(), sum.at(b, 0), sum.columns()));
      }
      from += branch.width();
    }
    return dX;
  }
}
