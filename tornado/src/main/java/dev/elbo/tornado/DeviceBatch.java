package dev.elbo.tornado;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.tornado.layers.Sequences;
import dev.elbo.tornado.layers.SparseRows;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What a pass is about, as kernels read it. */
final class DeviceBatch {

  /**
   * What the encoder reads: the users' items {@code [B, I]}, pairs of items and ratings {@code [B,
   * I R]}, or the users' steps with the item of each {@code [S, I]}.
   */
  final SparseRows input;

  /** What is to be predicted, {@code [rows, I]}. Its rows are those of all dense layers. */
  final SparseRows targets;

  /** Which steps follow each other; null where the rows are users. */
  final Sequences sequences;

  /** The share of a row in the loss, {@code [1]}. */
  final FloatArray share = new FloatArray(1);

  /** The ratings that make pairs; empty where the encoder reads items. */
  private final Optional<List<Float>> levels;

  private final int items;

  /**
   * @param model whose batches
   * @param capacity the largest
   */
  DeviceBatch(Model model, Capacity capacity) {
    items = model.items();
    levels =
        model.network().encoder().getFirst() instanceof LayerSpec.RatingPairs(List<Float> ratings)
            ? Optional.of(ratings)
            : Optional.empty();
    targets = new SparseRows(capacity.rows(), items, capacity.predicted());
    if (model.isSequential()) {
      input = new SparseRows(capacity.read(), items, capacity.read());
      sequences = new Sequences(capacity.sequences(), capacity.rows());
    } else {
      int columns = Math.multiplyExact(items, levels.map(List::size).orElse(1));
      input =
          levels.isPresent() ? new SparseRows(capacity.rows(), columns, capacity.read()) : targets;
      sequences = null;
    }
  }

  /** Takes what a pass is about. */
  void load(Pass pass) {
    if (pass.hasLoss()) {
      share.set(0, (float) (1 / divisor(pass)));
    }
    if (sequences == null) {
      targets.load(pass.items());
      levels.ifPresent(ratings -> input.load(pass.items().ratingPairs(ratings)));
      return;
    }
    int[] read = pass.steps().items();
    input.load(new CsrMatrix(items, IntStream.rangeClosed(0, read.length).toArray(), read));
    sequences.load(pass.steps());
    targets.load(
        pass.steps().lastOnly()
            ? new CsrMatrix(items, new int[pass.steps().sequences() + 1], new int[0])
            : pass.targets());
  }

  /** What the sum over rows is divided by. */
  static double divisor(Pass pass) {
    return (double) pass.users().length * pass.perUser();
  }
}
