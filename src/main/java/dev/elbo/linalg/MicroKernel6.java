package dev.elbo.linalg;

import jdk.incubator.vector.FloatVector;

/**
 * 6 rows by 2 vectors: 12 sums, 2 vectors of B and one value of A in 15 of 16 registers. A machine
 * with two multiply-adds of 4 or 5 cycles each needs 8 or 10 sums at least to be kept busy.
 *
 * <p>HotSpot's compiler moves the loads of a block of code to its beginning. Here those are 6
 * values of A, for which 16 registers do not suffice: one sum would live in memory, which halves
 * the speed. So rows 2 and 4 are read at places that advance by a step which the compiler does not
 * know: their bounds checks stay in the loop, and no load moves across a check. That costs two well
 * predicted branches for 12 multiply-adds. (On one core with a peak of 137 GFLOP/s: 64 without the
 * checks, 131 with them, 117 for 4 rows by 2 vectors.)
 */
final class MicroKernel6 extends MicroKernel {
  MicroKernel6() {
    super(6);
  }

  @Override
  void multiply(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int stride,
      boolean add) {
    int step = rows; // no constant to the compiler
    int r00 = cAt;
    int r01 = r00 + stride;
    int r02 = r01 + stride;
    int r03 = r02 + stride;
    int r04 = r03 + stride;
    int r05 = r04 + stride;
    FloatVector c00a = begin(c, r00, add);
    FloatVector c00b = begin(c, r00 + L, add);
    FloatVector c01a = begin(c, r01, add);
    FloatVector c01b = begin(c, r01 + L, add);
    FloatVector c02a = begin(c, r02, add);
    FloatVector c02b = begin(c, r02 + L, add);
    FloatVector c03a = begin(c, r03, add);
    FloatVector c03b = begin(c, r03 + L, add);
    FloatVector c04a = begin(c, r04, add);
    FloatVector c04b = begin(c, r04 + L, add);
    FloatVector c05a = begin(c, r05, add);
    FloatVector c05b = begin(c, r05 + L, add);
    int p2 = aAt + 2;
    int p4 = aAt + 4;
    for (int k = 0; k < depth; k++) {
      int p0 = aAt + k * 6;
      int q = bAt + k * 2 * L;
      FloatVector b0 = FloatVector.fromArray(S, b, q);
      FloatVector b1 = FloatVector.fromArray(S, b, q + L);
      FloatVector v = FloatVector.broadcast(S, a[p0]);
      c00a = v.fma(b0, c00a);
      c00b = v.fma(b1, c00b);
      v = FloatVector.broadcast(S, a[p0 + 1]);
      c01a = v.fma(b0, c01a);
      c01b = v.fma(b1, c01b);
      v = FloatVector.broadcast(S, a[p2]);
      c02a = v.fma(b0, c02a);
      c02b = v.fma(b1, c02b);
      v = FloatVector.broadcast(S, a[p2 + 1]);
      c03a = v.fma(b0, c03a);
      c03b = v.fma(b1, c03b);
      v = FloatVector.broadcast(S, a[p4]);
      c04a = v.fma(b0, c04a);
      c04b = v.fma(b1, c04b);
      v = FloatVector.broadcast(S, a[p4 + 1]);
      c05a = v.fma(b0, c05a);
      c05b = v.fma(b1, c05b);
      p2 += step;
      p4 += step;
    }
    c00a.intoArray(c, r00);
    c00b.intoArray(c, r00 + L);
    c01a.intoArray(c, r01);
    c01b.intoArray(c, r01 + L);
    c02a.intoArray(c, r02);
    c02b.intoArray(c, r02 + L);
    c03a.intoArray(c, r03);
    c03b.intoArray(c, r03 + L);
    c04a.intoArray(c, r04);
    c04b.intoArray(c, r04 + L);
    c05a.intoArray(c, r05);
    c05b.intoArray(c, r05 + L);
  }
}
