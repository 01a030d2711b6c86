package dev.elbo.linalg;

import jdk.incubator.vector.FloatVector;

/**
 * 4 rows by 2 vectors: 8 sums, 4 values of A and one vector of B at a time in 13 of 16 registers.
 * Eight sums are as many as two multiply-adds of 4 cycles each need to be kept busy. The order
 * matters to the compiler: with B's vectors first and A's values one by one it is 5 % slower. So
 * are its rivals: with more sums (5 by 2, 6 by 2, 3 by 4, 2 by 5) the compiler keeps one of them in
 * memory, which halves the speed, and 2 by 6 needs 8 loads for 12 multiply-adds.
 */
final class MicroKernel4 extends MicroKernel {
  MicroKernel4() {
    super(4);
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
    int r00 = cAt;
    int r01 = r00 + stride;
    int r02 = r01 + stride;
    int r03 = r02 + stride;
    FloatVector c00a = begin(c, r00, add);
    FloatVector c00b = begin(c, r00 + L, add);
    FloatVector c01a = begin(c, r01, add);
    FloatVector c01b = begin(c, r01 + L, add);
    FloatVector c02a = begin(c, r02, add);
    FloatVector c02b = begin(c, r02 + L, add);
    FloatVector c03a = begin(c, r03, add);
    FloatVector c03b = begin(c, r03 + L, add);
    for (int k = 0; k < depth; k++) {
      int p = aAt + k * 4;
      int q = bAt + k * 2 * L;
      FloatVector a0 = FloatVector.broadcast(S, a[p]);
      FloatVector a1 = FloatVector.broadcast(S, a[p + 1]);
      FloatVector a2 = FloatVector.broadcast(S, a[p + 2]);
      FloatVector a3 = FloatVector.broadcast(S, a[p + 3]);
      FloatVector v = FloatVector.fromArray(S, b, q);
      c00a = v.fma(a0, c00a);
      c01a = v.fma(a1, c01a);
      c02a = v.fma(a2, c02a);
      c03a = v.fma(a3, c03a);
      v = FloatVector.fromArray(S, b, q + L);
      c00b = v.fma(a0, c00b);
      c01b = v.fma(a1, c01b);
      c02b = v.fma(a2, c02b);
      c03b = v.fma(a3, c03b);
    }
    c00a.intoArray(c, r00);
    c00b.intoArray(c, r00 + L);
    c01a.intoArray(c, r01);
    c01b.intoArray(c, r01 + L);
    c02a.intoArray(c, r02);
    c02b.intoArray(c, r02 + L);
    c03a.intoArray(c, r03);
    c03b.intoArray(c, r03 + L);
  }
}
