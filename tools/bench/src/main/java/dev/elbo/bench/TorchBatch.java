package dev.elbo.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.Steps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * A batch of users as PyTorch takes it. It is made before the clock starts, although users of
 * PyTorch make it anew for every update: the peer is given that time.
 *
 * @param dense the users' items, 0 or 1, {@code [B, I]} float32
 * @param positions user and item of each stored value, {@code [2, N]} int64
 * @param values the stored values, each row scaled to unit length, {@code [N]} float32
 * @param targets position of each stored value in {@code [B * I]}, {@code [N]} int64
 * @param sizes how many items each user has, {@code [B]} float32
 * @param steps what is read in each step, where the rows of the others are steps and hold the next
 *     items; null where they are users
 */
record TorchBatch(
    NDArray dense,
    NDArray positions,
    NDArray values,
    NDArray targets,
    NDArray sizes,
    TorchSteps steps) {

  /**
   * Sequences of items, each padded to the longest.
   *
   * @param items item of each step, {@code [Q, T]} int64; 0 beyond the end of a sequence
   * @param rows position of each step in {@code [Q * T]}, {@code [S]} int64
   * @param users number of users, {@code B}
   */
  record TorchSteps(NDArray items, NDArray rows, int users) {

    private static TorchSteps of(NDManager manager, Steps steps, int users) {
      int longest = 0;
      for (int q = 0; q < steps.sequences(); q++) {
        longest = Math.max(longest, steps.start()[q + 1] - steps.start()[q]);
      }
      long[] items = new long[steps.sequences() * longest];
      long[] rows = new long[steps.size()];
      for (int q = 0; q < steps.sequences(); q++) {
        for (int row = steps.start()[q]; row < steps.start()[q + 1]; row++) {
          int at = q * longest + row - steps.start()[q];
          items[at] = steps.items()[row];
          rows[row] = at;
        }
      }
      return new TorchSteps(
          manager.create(items, new Shape(steps.sequences(), longest)),
          manager.create(rows),
          users);
    }
  }

  /**
   * Copies a batch.
   *
   * @param manager owner of the arrays
   * @param items the users' items, {@code [B, I]}
   */
  static TorchBatch of(NDManager manager, CsrMatrix items) {
    return of(manager, items, null);
  }

  /**
   * Copies a batch for a model of sequences.
   *
   * @param manager owner of the arrays
   * @param steps what the users' items are step by step
   * @param users number of users
   */
  static TorchBatch of(NDManager manager, Steps steps, int users) {
    return of(manager, steps.next(), TorchSteps.of(manager, steps, users));
  }

  private static TorchBatch of(NDManager manager, CsrMatrix items, TorchSteps steps) {
    int users = items.rows();
    int n = items.size();
    ByteBuffer dense = buffer(4L * users * items.columns());
    ByteBuffer positions = buffer(2 * 8L * n);
    ByteBuffer values = buffer(4L * n);
    ByteBuffer targets = buffer(8L * n);
    ByteBuffer sizes = buffer(4L * users);
    FloatBuffer ones = dense.asFloatBuffer();
    LongBuffer rowAndColumn = positions.asLongBuffer();
    for (int user = 0; user < users; user++) {
      sizes.putFloat(4 * user, items.size(user));
      for (int at = items.indptr()[user]; at < items.indptr()[user + 1]; at++) {
        int item = items.indices()[at];
        int target = user * items.columns() + item;
        ones.put(target, 1);
        rowAndColumn.put(at, user).put(n + at, item);
        values.putFloat(4 * at, (float) (1 / Math.sqrt(items.size(user))));
        targets.putLong(8 * at, target);
      }
    }
    return new TorchBatch(
        manager.create(dense, new Shape(users, items.columns()), DataType.FLOAT32),
        manager.create(positions, new Shape(2, n), DataType.INT64),
        manager.create(values, new Shape(n), DataType.FLOAT32),
        manager.create(targets, new Shape(n), DataType.INT64),
        manager.create(sizes, new Shape(users), DataType.FLOAT32),
        steps);
  }

  /** PyTorch reads a direct buffer where it is. */
  private static ByteBuffer buffer(long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new ElboException(
          "a batch of PyTorch's needs %,d MiB in one piece, and Java can give 2,047; take a smaller"
                  .formatted(bytes >> 20)
              + " --batch-size");
    }
    return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
  }
}
