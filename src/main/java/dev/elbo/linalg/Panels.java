package dev.elbo.linalg;

import static dev.elbo.linalg.MicroKernel.L;
import static dev.elbo.linalg.MicroKernel.S;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * A block of a matrix copied to the order in which {@link MicroKernel} reads it. The block is cut
 * into panels of {@code width} rows; a panel holds, for each column k in turn, its {@code width}
 * values. The last panel is filled up with zeros, which only ever reach sums that are thrown away.
 */
final class Panels {

  /** Rows that one task packs: where columns are contiguous, 2 KiB read in one go. */
  private static final int ROWS_OF_A_TASK = 512;

  private static final VectorSpecies<Float> S4 = FloatVector.SPECIES_128;
  private static final VectorSpecies<Float> S8 = FloatVector.SPECIES_256;

  // Lane n gets lane n ^ distance; the lanes in whose number that bit is set.
  private static final VectorShuffle<Float> SWAP4_1 = VectorShuffle.fromOp(S4, n -> n ^ 1);
  private static final VectorShuffle<Float> SWAP4_2 = VectorShuffle.fromOp(S4, n -> n ^ 2);
  private static final VectorMask<Float> ODD4_1 = VectorMask.fromLong(S4, 0b1010);
  private static final VectorMask<Float> ODD4_2 = VectorMask.fromLong(S4, 0b1100);
  private static final VectorShuffle<Float> SWAP8_1 = VectorShuffle.fromOp(S8, n -> n ^ 1);
  private static final VectorShuffle<Float> SWAP8_2 = VectorShuffle.fromOp(S8, n -> n ^ 2);
  private static final VectorShuffle<Float> SWAP8_4 = VectorShuffle.fromOp(S8, n -> n ^ 4);
  private static final VectorMask<Float> ODD8_1 = VectorMask.fromLong(S8, 0b1010_1010);
  private static final VectorMask<Float> ODD8_2 = VectorMask.fromLong(S8, 0b1100_1100);
  private static final VectorMask<Float> ODD8_4 = VectorMask.fromLong(S8, 0b1111_0000);

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

  /**
   * The matrix has contiguous columns: for each k, the values of all panels are read in one go. The
   * last vector of a panel ends with the panel's width; one that is longer than the width writes
   * into the next k, which is written after it, so that the last k is none of them.
   */
  private void copy(int from, int to) {
    int whole = Math.clamp(block.rows() / width, from, to);
    int last = Math.max(0, block.columns() - 1);
    for (int i = 0; i < width; i += 2 * L) { // once, but for short vectors
      int first = Math.max(0, Math.min(i, width - L));
      int second = Math.max(0, Math.min(i + L, width - L));
      copyVectors(
          block.data(),
          block.at(from * width + first, 0),
          block.columnStride(),
          data,
          at(from) + first,
          second - first,
          width,
          at(1),
          whole - from,
          last);
    }
    for (int panel = from; panel < to; panel++) {
      copyRest(panel, panel < whole ? last : 0);
    }
  }

  // With locals only: fields would be read for every vector.
  private static void copyVectors(
      float[] source,
      int s0,
      int stride,
      float[] target,
      int t0,
      int second,
      int width,
      int panelSize,
      int panels,
      int count) {
    for (int k = 0; k < count; k++) {
      int s = s0 + k * stride;
      int t = t0 + k * width;
      for (int panel = 0; panel < panels; panel++) {
        FloatVector.fromArray(S, source, s).intoArray(target, t);
        if (second > 0) {
          FloatVector.fromArray(S, source, s + second).intoArray(target, t + second);
        }
        s += width;
        t += panelSize;
      }
    }
  }

  /** What no vector covers: column {@code from} and those after it. */
  private void copyRest(int panel, int from) {
    int row = panel * width;
    int rows = Math.min(width, block.rows() - row);
    for (int k = from; k < block.columns(); k++) {
      System.arraycopy(block.data(), block.at(row, k), data, at(panel) + k * width, rows);
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
      for (; i <= rows - 8 && L >= 8; i += 8) {
        transpose8(source, s + i * stride, stride, data, t + i, width, 8, depth);
      }
      if (width < 8 && row + 8 <= block.rows() && L >= 8 && depth > 0) {
        // What is beyond the width goes into the next k, which is written after it.
        transpose8(source, s, stride, data, t, width, rows, depth - 1);
        transposeRest(source, s, stride, data, t, width, rows, depth - 1, depth);
        i = rows;
      }
      for (; i <= rows - 4; i += 4) {
        transpose4(source, s + i * stride, stride, data, t + i, width, depth);
      }
      transposeRest(source, s + i * stride, stride, data, t + i, width, rows - i, 0, depth);
    }
  }

  /**
   * Blocks of 4 by 4: {@code n} and {@code n ^ 1} exchange what lies off the diagonal of each 2 by
   * 2, then {@code n} and {@code n ^ 2} whole corners.
   */
  private static void transpose4(
      float[] source, int s0, int stride, float[] target, int t0, int width, int depth) {
    int s1 = s0 + stride;
    int s2 = s1 + stride;
    int s3 = s2 + stride;
    int k = 0;
    for (; k <= depth - 4; k += 4) {
      FloatVector r0 = FloatVector.fromArray(S4, source, s0 + k);
      FloatVector r1 = FloatVector.fromArray(S4, source, s1 + k);
      FloatVector r2 = FloatVector.fromArray(S4, source, s2 + k);
      FloatVector r3 = FloatVector.fromArray(S4, source, s3 + k);
      FloatVector a0 = r0.blend(r1.rearrange(SWAP4_1), ODD4_1);
      FloatVector a1 = r0.rearrange(SWAP4_1).blend(r1, ODD4_1);
      FloatVector a2 = r2.blend(r3.rearrange(SWAP4_1), ODD4_1);
      FloatVector a3 = r2.rearrange(SWAP4_1).blend(r3, ODD4_1);
      int t = t0 + k * width;
      a0.blend(a2.rearrange(SWAP4_2), ODD4_2).intoArray(target, t);
      a1.blend(a3.rearrange(SWAP4_2), ODD4_2).intoArray(target, t + width);
      a0.rearrange(SWAP4_2).blend(a2, ODD4_2).intoArray(target, t + 2 * width);
      a1.rearrange(SWAP4_2).blend(a3, ODD4_2).intoArray(target, t + 3 * width);
    }
    transposeRest(source, s0, stride, target, t0, width, 4, k, depth);
  }

  /**
   * Blocks of 8 by 8, likewise in three steps.
   *
   * @param rows how many of the 8 are the panel's
   */
  private static void transpose8(
      float[] source, int s0, int stride, float[] target, int t0, int width, int rows, int depth) {
    int s1 = s0 + stride;
    int s2 = s1 + stride;
    int s3 = s2 + stride;
    int s4 = s3 + stride;
    int s5 = s4 + stride;
    int s6 = s5 + stride;
    int s7 = s6 + stride;
    int k = 0;
    for (; k <= depth - 8; k += 8) {
      FloatVector r0 = FloatVector.fromArray(S8, source, s0 + k);
      FloatVector r1 = FloatVector.fromArray(S8, source, s1 + k);
      FloatVector r2 = FloatVector.fromArray(S8, source, s2 + k);
      FloatVector r3 = FloatVector.fromArray(S8, source, s3 + k);
      FloatVector r4 = FloatVector.fromArray(S8, source, s4 + k);
      FloatVector r5 = FloatVector.fromArray(S8, source, s5 + k);
      FloatVector r6 = FloatVector.fromArray(S8, source, s6 + k);
      FloatVector r7 = FloatVector.fromArray(S8, source, s7 + k);
      FloatVector a0 = r0.blend(r1.rearrange(SWAP8_1), ODD8_1);
      FloatVector a1 = r0.rearrange(SWAP8_1).blend(r1, ODD8_1);
      FloatVector a2 = r2.blend(r3.rearrange(SWAP8_1), ODD8_1);
      FloatVector a3 = r2.rearrange(SWAP8_1).blend(r3, ODD8_1);
      FloatVector a4 = r4.blend(r5.rearrange(SWAP8_1), ODD8_1);
      FloatVector a5 = r4.rearrange(SWAP8_1).blend(r5, ODD8_1);
      FloatVector a6 = r6.blend(r7.rearrange(SWAP8_1), ODD8_1);
      FloatVector a7 = r6.rearrange(SWAP8_1).blend(r7, ODD8_1);
      FloatVector b0 = a0.blend(a2.rearrange(SWAP8_2), ODD8_2);
      FloatVector b2 = a0.rearrange(SWAP8_2).blend(a2, ODD8_2);
      FloatVector b1 = a1.blend(a3.rearrange(SWAP8_2), ODD8_2);
      FloatVector b3 = a1.rearrange(SWAP8_2).blend(a3, ODD8_2);
      FloatVector b4 = a4.blend(a6.rearrange(SWAP8_2), ODD8_2);
      FloatVector b6 = a4.rearrange(SWAP8_2).blend(a6, ODD8_2);
      FloatVector b5 = a5.blend(a7.rearrange(SWAP8_2), ODD8_2);
      FloatVector b7 = a5.rearrange(SWAP8_2).blend(a7, ODD8_2);
      int t = t0 + k * width;
      b0.blend(b4.rearrange(SWAP8_4), ODD8_4).intoArray(target, t);
      b1.blend(b5.rearrange(SWAP8_4), ODD8_4).intoArray(target, t + width);
      b2.blend(b6.rearrange(SWAP8_4), ODD8_4).intoArray(target, t + 2 * width);
      b3.blend(b7.rearrange(SWAP8_4), ODD8_4).intoArray(target, t + 3 * width);
      b0.rearrange(SWAP8_4).blend(b4, ODD8_4).intoArray(target, t + 4 * width);
      b1.rearrange(SWAP8_4).blend(b5, ODD8_4).intoArray(target, t + 5 * width);
      b2.rearrange(SWAP8_4).blend(b6, ODD8_4).intoArray(target, t + 6 * width);
      b3.rearrange(SWAP8_4).blend(b7, ODD8_4).intoArray(target, t + 7 * width);
    }
    transposeRest(source, s0, stride, target, t0, width, rows, k, depth);
  }

  /** What no block covers: some rows from column {@code from} on, value by value. */
  private static void transposeRest(
      float[] source,
      int s0,
      int stride,
      float[] target,
      int t0,
      int width,
      int rows,
      int from,
      int depth) {
    for (int i = 0; i < rows; i++) {
      for (int k = from; k < depth; k++) {
        target[t0 + i + k * width] = source[s0 + i * stride + k];
      }
    }
  }
}
