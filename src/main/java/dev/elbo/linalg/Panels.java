package dev.elbo.linalg;

import static dev.elbo.linalg.MicroKernel.L;
import static dev.elbo.linalg.MicroKernel.S;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * A block of a matrix copied to the order in which {@link MicroKernel} reads it. The block is cut
 * into panels of {@code width} rows; a panel holds, for each column k in turn, its {@code width}
 * values. The last panel is filled up with zeros, which only ever reach sums that are thrown away.
 */
final class Panels {

  /** Rows that one task packs: where columns are contiguous, 2 KiB read in one go. */
  private static final int ROWS_OF_A_TASK = 512;

  private final int width;
  private float[] data = {};
  private Matrix block;

  Panels(int width) {
    this.width = width;
  }

  /** Packs a block. */
  void pack(Matrix block) {
    begin(block);
    pack(0, count());
  }

  /** Packs a block with all threads. */
  void pack(Matrix block, Workers workers) {
    begin(block);
    int tasks = Math.max(workers.threads(), Math.ceilDiv(block.rows(), ROWS_OF_A_TASK));
    workers.forEach(tasks, task -> pack(count() * task / tasks, count() * (task + 1) / tasks));
  }

  private void begin(Matrix block) {
    this.block = block;
    int size = count() * width * block.columns();
    if (data.length < size) {
      data = new float[size];
    }
  }

  float[] data() {
    return data;
  }

  /** Number of panels. */
  int count() {
    return Math.ceilDiv(block.rows(), width);
  }

  /** Length of the rows. */
  int depth() {
    return block.columns();
  }

  /** Where a panel begins in {@link #data}. */
  int at(int panel) {
    return panel * width * block.columns();
  }

  private void pack(int from, int to) {
    if (from == to) {
      return;
    }
    if (to * width > block.rows()) {
      Arrays.fill(data, at(to - 1), at(to), 0);
    }
    if (block.columnStride() == 1) {
      transpose(from, to);
    } else {
      copy(from, to);
    }
  }

  /** The matrix has contiguous columns: for each k, values move in groups. */
  private void copy(int from, int to) {
    float[] source = block.data();
    int panelSize = at(1);
    for (int k = 0; k < block.columns(); k++) {
      int row = from * width;
      int s = block.at(row, k);
      int t = at(from) + k * width;
      for (int panel = from; panel < to; panel++) {
        int rows = Math.min(width, block.rows() - row);
        int i = 0;
        for (; i <= rows - L; i += L) {
          FloatVector.fromArray(S, source, s + i).intoArray(data, t + i);
        }
        for (; i <= rows - 4; i += 4) {
          FloatVector.fromArray(FloatVector.SPECIES_128, source, s + i).intoArray(data, t + i);
        }
        for (; i < rows; i++) {
          data[t + i] = source[s + i];
        }
        row += width;
        s += width;
        t += panelSize;
      }
    }
  }

  /**
   * The matrix has contiguous rows: several are read side by side, so that writes are in groups.
   */
  private void transpose(int from, int to) {
    float[] source = block.data();
    int stride = block.rowStride();
    int depth = block.columns();
    for (int panel = from; panel < to; panel++) {
      int row = panel * width;
      int rows = Math.min(width, block.rows() - row);
      int s = block.at(row, 0);
      int t = at(panel);
      int i = 0;
      for (; i <= rows - 8; i += 8) {
        transpose8(source, s + i * stride, stride, data, t + i, width, depth);
      }
      for (; i <= rows - 4; i += 4) {
        transpose4(source, s + i * stride, stride, data, t + i, width, depth);
      }
      for (; i < rows; i++) {
        for (int k = 0; k < depth; k++) {
          data[t + i + k * width] = source[s + i * stride + k];
        }
      }
    }
  }

  private static void transpose8(
      float[] source, int s0, int stride, float[] target, int t0, int width, int depth) {
    int s1 = s0 + stride;
    int s2 = s1 + stride;
    int s3 = s2 + stride;
    int s4 = s3 + stride;
    int s5 = s4 + stride;
    int s6 = s5 + stride;
    int s7 = s6 + stride;
    for (int k = 0; k < depth; k++) {
      int t = t0 + k * width;
      target[t] = source[s0 + k];
      target[t + 1] = source[s1 + k];
      target[t + 2] = source[s2 + k];
      target[t + 3] = source[s3 + k];
      target[t + 4] = source[s4 + k];
      target[t + 5] = source[s5 + k];
      target[t + 6] = source[s6 + k];
      target[t + 7] = source[s7 + k];
    }
  }

  private static void transpose4(
      float[] source, int s0, int stride, float[] target, int t0, int width, int depth) {
    int s1 = s0 + stride;
    int s2 = s1 + stride;
    int s3 = s2 + stride;
    for (int k = 0; k < depth; k++) {
      int t = t0 + k * width;
      target[t] = source[s0 + k];
      target[t + 1] = source[s1 + k];
      target[t + 2] = source[s2 + k];
      target[t + 3] = source[s3 + k];
    }
  }
}
