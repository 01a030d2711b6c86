package dev.elbo.linalg;

import jdk.incubator.vector.FloatVector;

/**
 * 4 rows by 2 vectors: 8 sums, 2 vectors of B and 4 of A in the 16 registers of AVX2. The compiler
 * loads all of A first, so with more rows it would keep a sum in memory, which halves the speed.
 */
final class MicroKernel4 extends MicroKernel {
  MicroKernel4() {
    super(4);
  }

  @Override
  void multiply(int depth, float[] a, int aAt, float[] b, int bAt, float[] sums) {
    FloatVector c00a = FloatVector.fromArray(S, sums, 0);
    FloatVector c00b = FloatVector.fromArray(S, sums, L);
    FloatVector c01a = FloatVector.fromArray(S, sums, 2 * L);
    FloatVector c01b = FloatVector.fromArray(S, sums, 3 * L);
    FloatVector c02a = FloatVector.fromArray(S, sums, 4 * L);
    FloatVector c02b = FloatVector.fromArray(S, sums, 5 * L);
    FloatVector c03a = FloatVector.fromArray(S, sums, 6 * L);
    FloatVector c03b = FloatVector.fromArray(S, sums, 7 * L);
    for (int k = 0; k < depth; k++) {
      int p = aAt + k * 4;
      int q = bAt + k * 2 * L;
      FloatVector b0 = FloatVector.fromArray(S, b, q);
      FloatVector b1 = FloatVector.fromArray(S, b, q + L);
      FloatVector v = FloatVector.broadcast(S, a[p]);
      c00a = v.fma(b0, c00a);
      c00b = v.fma(b1, c00b);
      v = FloatVector.broadcast(S, a[p + 1]);
      c01a = v.fma(b0, c01a);
      c01b = v.fma(b1, c01b);
      v = FloatVector.broadcast(S, a[p + 2]);
      c02a = v.fma(b0, c02a);
      c02b = v.fma(b1, c02b);
      v = FloatVector.broadcast(S, a[p + 3]);
      c03a = v.fma(b0, c03a);
      c03b = v.fma(b1, c03b);
    }
    c00a.intoArray(sums, 0);
    c00b.intoArray(sums, L);
    c01a.intoArray(sums, 2 * L);
    c01b.intoArray(sums, 3 * L);
    c02a.intoArray(sums, 4 * L);
    c02b.intoArray(sums, 5 * L);
    c03a.intoArray(sums, 6 * L);
    c03b.intoArray(sums, 7 * L);
  }
}
