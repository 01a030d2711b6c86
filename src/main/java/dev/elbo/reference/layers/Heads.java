package dev.elbo.reference.layers;

import dev.elbo.engine.Pass;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Affine layers of one input, beside each other: {@code Y = [X W_1^T + 1 b_1^T, X W_2^T + 1 b_2^T,
 * ...]}. Each gets its columns of {@code dY}; what they give back adds, since {@code X} reaches the
 * loss through all of them.
 */
public final class Heads implements Layer<DMatrixRMaj, DMatrixRMaj> {

  public final List<Linear> branches;

  /**
   * @param branches layers of one input, from the first columns of the output on
   */
  public Heads(List<Linear> branches) {
    this.branches = List.copyOf(branches);
  }

  @Override
  public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
    int width = branches.stream().mapToInt(branch -> branch.bias.value().numCols).sum();
    DMatrixRMaj y = new DMatrixRMaj(x.numRows, width);
    int from = 0;
    for (Linear branch : branches) {
      DMatrixRMaj part = branch.forward(x, pass);
      CommonOps_DDRM.insert(part, y, 0, from);
      from += part.numCols;
    }
    return y;
  }

  @Override
  public DMatrixRMaj backward(DMatrixRMaj dY) {
    DMatrixRMaj dX = null;
    int from = 0;
    for (Linear branch : branches) {
      int to = from + branch.bias.value().numCols;
      DMatrixRMaj part = CommonOps_DDRM.extract(dY, 0, dY.numRows, from, to);
      DMatrixRMaj ofBranch = branch.backward(part);
      if (dX == null) {
        dX = ofBranch;
      } else {
        CommonOps_DDRM.addEquals(dX, ofBranch);
      }
      from = to;
    }
    return dX;
  }

  @Override
  public List<Parameter> parameters() {
    return branches.stream().flatMap(branch -> branch.parameters().stream()).toList();
  }
}
