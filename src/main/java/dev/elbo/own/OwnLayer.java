package dev.elbo.own;

import dev.elbo.engine.Pass;
import dev.elbo.reference.layers.Layer;
import dev.elbo.reference.layers.Parameter;
import dev.elbo.reference.layers.SparseRows;
import java.util.List;
import org.ejml.data.DMatrixRMaj;

/**
 * Somebody's own layer in the place of the right one, whose parameters it has.
 *
 * @param <L> class of the right one
 * @param <X> type of the input
 * @param <Y> type of the output
 */
abstract class OwnLayer<L extends Layer<X, Y>, X, Y> implements Layer<X, Y> {

  final L right;
  private final Witness witness;

  /** The input of the last forward pass. */
  X x;

  /** Its output. */
  Y y;

  OwnLayer(L right, Witness witness) {
    this.right = right;
    this.witness = witness;
  }

  /** The output; {@link #x} is there. */
  abstract Y compute(Pass pass);

  @Override
  public final Y forward(X x, Pass pass) {
    this.x = x;
    witness.input("x", layout(x));
    for (Parameter parameter : parameters()) {
      witness.input(parameter.name(), new Layout.Dense(parameter.value().numCols));
    }
    y = compute(pass);
    witness.output("y", layout(y), values(y), () -> values(right.forward(x, pass)));
    return y;
  }

  @Override
  public final List<Parameter> parameters() {
    return right.parameters();
  }

  private static double[] values(Object tensor) {
    return tensor instanceof SparseRows sparse ? sparse.values() : ((DMatrixRMaj) tensor).data;
  }

  private static Layout layout(Object tensor) {
    return tensor instanceof SparseRows sparse
        ? new Layout.Sparse(sparse.pattern())
        : new Layout.Dense(((DMatrixRMaj) tensor).numCols);
  }

  /** A layer from dense rows to dense ones. */
  abstract static class Dense<L extends Layer<DMatrixRMaj, DMatrixRMaj>>
      extends OwnLayer<L, DMatrixRMaj, DMatrixRMaj> {

    Dense(L right, Witness witness) {
      super(right, witness);
    }

    /** Its output from rows of {@code x}. */
    abstract double[][] forward(double[][] x);

    /** {@code dx} from rows of {@code x}, {@code y} and {@code dy}. */
    abstract double[][] backward(double[][] x, double[][] y, double[][] dY);

    /** The width of the output. */
    int width() {
      return x.numCols;
    }

    @Override
    final DMatrixRMaj compute(Pass pass) {
      return Rows.matrix("y", forward(Rows.of(x)), x.numRows, width());
    }

    @Override
    public final DMatrixRMaj backward(DMatrixRMaj dY) {
      double[][] dX = backward(Rows.of(x), Rows.of(y), Rows.of(dY));
      return Rows.matrix("dx", dX, x.numRows, x.numCols);
    }
  }

  /** A layer from a value for each of a user's items to another. */
  abstract static class Sparse<L extends Layer<SparseRows, SparseRows>>
      extends OwnLayer<L, SparseRows, SparseRows> {

    Sparse(L right, Witness witness) {
      super(right, witness);
    }

    /** Its output from rows of {@code x}. */
    abstract double[][] forward(double[][] x);

    /** {@code dx} from rows of {@code x} and {@code dy}. */
    abstract double[][] backward(double[][] x, double[][] dY);

    @Override
    SparseRows compute(Pass pass) {
      double[][] rows = forward(Rows.of(x.pattern(), x.values()));
      return x.with(Rows.values("y", rows, x.pattern()));
    }

    @Override
    public SparseRows backward(SparseRows dY) {
      double[][] dX = backward(Rows.of(x.pattern(), x.values()), Rows.of(x.pattern(), dY.values()));
      return x.with(Rows.values("dx", dX, x.pattern()));
    }
  }
}
