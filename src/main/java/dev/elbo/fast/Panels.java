package dev.elbo.fast;

import java.util.Arrays;

/**
 * A block of a matrix copied to the order in which {@link MicroKernel} reads it. The block is cut
 * into panels of {@code width} rows; a panel holds, for each column k in turn, its {@code width}
 * values. The last panel is filled up with zeros, which only ever reach sums that are thrown away.
 */
final class Panels {

  /** Columns that are transposed together, so that what they touch stays in the nearest cache. */
  private static final int STRIP = 16;

  private final int width;
  private float[] data = {};
  private Matrix block;

  Panels(int width) {
    this.width = width;
  }

  /** Makes room for a block, whose panels are then packed one by one. */
  void begin(Matrix block) {
    this.block = block;
    int size = Math.multiplyExact(count() * width, block.columns());
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

  /** Where a panel begins in {@link #data}. */
  int at(int panel) {
    return panel * width * block.columns();
  }

  /** Copies panels {@code from} to {@code to}, exclusive. */
  void pack(int from, int to) {
    int depth = block.columns();
    int full = Math.min(to, block.rows() / width);
    if (full < to) {
      Arrays.fill(data, at(full), at(to), 0);
    }
    if (block.columnStride() == 1) {
      for (int panel = from; panel < to; panel++) {
        int row = panel * width;
        transpose(row, Math.min(width, block.rows() - row), depth, at(panel));
      }
    } else {
      for (int k = 0; k < depth; k++) {
        for (int panel = from; panel < to; panel++) {
          int row = panel * width;
          int source = block.at(row, k);
          int target = at(panel) + k * width;
          int rows = Math.min(width, block.rows() - row);
          for (int i = 0; i < rows; i++) {
            data[target + i] = block.data()[source + i];
          }
        }
      }
    }
  }

  private void transpose(int row, int rows, int depth, int target) {
    float[] source = block.data();
    for (int k0 = 0; k0 < depth; k0 += STRIP) {
      int columns = Math.min(STRIP, depth - k0);
      for (int i = 0; i < rows; i++) {
        int s = block.at(row + i, k0);
        int t = target + k0 * width + i;
        for (int k = 0; k < columns; k++) {
          data[t + k * width] = source[s + k];
        }
      }
    }
  }
}
