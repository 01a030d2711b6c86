package dev.elbo.tornado;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import dev.elbo.linalg.Workers;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.tornado.input.PreparedPass;
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

  /**
   * Lays out what a pass is about.
   *
   * @param workers threads to use
   */
  PreparedPass prepare(Pass pass, Workers workers) {
    PreparedPass prepared = new PreparedPass(pass, read(pass), workers);
    if (pass.hasLoss()) {
      prepared.put(new float[] {(float) (1 / divisor(pass))}, share);
    }
    input.prepare(prepared.read(), prepared);
    if (sequences != null) {
      sequences.prepare(pass.steps(), prepared);
    }
    if (input != targets) {
      targets.prepare(targets(pass), prepared);
    }
    return prepared;
  }

  /** What the encoder reads. */
  private CsrMatrix read(Pass pass) {
    if (sequences == null) {
      return levels.map(pass.items()::ratingPairs).orElse(pass.items());
    }
    int[] read = pass.steps().items();
    return new CsrMatrix(items, IntStream.rangeClosed(0, read.length).toArray(), read);
  }

  private CsrMatrix targets(Pass pass) {
    if (sequences == null) {
      return pass.items();
    }
    return pass.steps().lastOnly()
        ? new CsrMatrix(items, new int[pass.steps().sequences() + 1], new int[0])
        : pass.targets();
  }

  /** What the sum over rows is divided by. */
  static double divisor(Pass pass) {
    return (double) pass.users().length * pass.perUser();
  }
}
