package dev.elbo.linalg;

import jdk.incubator.vector.FloatVector;

/** 12 rows by 2 vectors: 24 sums, of the 32 registers of AVX-512. */
final class MicroKernel12 extends MicroKernel {
  MicroKernel12() {
    super(12);
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
    FloatVector c04a = FloatVector.fromArray(S, sums, 8 * L);
    FloatVector c04b = FloatVector.fromArray(S, sums, 9 * L);
    FloatVector c05a = FloatVector.fromArray(S, sums, 10 * L);
    FloatVector c05b = FloatVector.fromArray(S, sums, 11 * L);
    FloatVector c06a = FloatVector.fromArray(S, sums, 12 * L);
    FloatVector c06b = FloatVector.fromArray(S, sums, 13 * L);
    FloatVector c07a = FloatVector.fromArray(S, sums, 14 * L);
    FloatVector c07b = FloatVector.fromArray(S, sums, 15 * L);
    FloatVector c08a = FloatVector.fromArray(S, sums, 16 * L);
    FloatVector c08b = FloatVector.fromArray(S, sums, 17 * L);
    FloatVector c09a = FloatVector.fromArray(S, sums, 18 * L);
    FloatVector c09b = FloatVector.fromArray(S, sums, 19 * L);
    FloatVector c10a = FloatVector.fromArray(S, sums, 20 * L);
    FloatVector c10b = FloatVector.fromArray(S, sums, 21 * L);
    FloatVector c11a = FloatVector.fromArray(S, sums, 22 * L);
    FloatVector c11b = FloatVector.fromArray(S, sums, 23 * L);
    for (int k = 0; k < depth; k++) {
      int p = aAt + k * 12;
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
      v = FloatVector.broadcast(S, a[p + 4]);
      c04a = v.fma(b0, c04a);
      c04b = v.fma(b1, c04b);
      v = FloatVector.broadcast(S, a[p + 5]);
      c05a = v.fma(b0, c05a);
      c05b = v.fma(b1, c05b);
      v = FloatVector.broadcast(S, a[p + 6]);
      c06a = v.fma(b0, c06a);
      c06b = v.fma(b1, c06b);
      v = FloatVector.broadcast(S, a[p + 7]);
      c07a = v.fma(b0, c07a);
      c07b = v.fma(b1, c07b);
      v = FloatVector.broadcast(S, a[p + 8]);
      c08a = v.fma(b0, c08a);
      c08b = v.fma(b1, c08b);
      v = FloatVector.broadcast(S, a[p + 9]);
      c09a = v.fma(b0, c09a);
      c09b = v.fma(b1, c09b);
      v = FloatVector.broadcast(S, a[p + 10]);
      c10a = v.fma(b0, c10a);
      c10b = v.fma(b1, c10b);
      v = FloatVector.broadcast(S, a[p + 11]);
      c11a = v.fma(b0, c11a);
      c11b = v.fma(b1, c11b);
    }
    c00a.intoArray(sums, 0);
    c00b.intoArray(sums, L);
    c01a.intoArray(sums, 2 * L);
    c01b.intoArray(sums, 3 * L);
    c02a.intoArray(sums, 4 * L);
    c02b.intoArray(sums, 5 * L);
    c03a.intoArray(sums, 6 * L);
    c03b.intoArray(sums, 7 * L);
    c04a.intoArray(sums, 8 * L);
    c04b.intoArray(sums, 9 * L);
    c05a.intoArray(sums, 10 * L);
    c05b.intoArray(sums, 11 * L);
    c06a.intoArray(sums, 12 * L);
    c06b.intoArray(sums, 13 * L);
    c07a.intoArray(sums, 14 * L);
    c07b.intoArray(sums, 15 * L);
    c08a.intoArray(sums, 16 * L);
    c08b.intoArray(sums, 17 * L);
    c09a.intoArray(sums, 18 * L);
    c09b.intoArray(sums, 19 * L);
    c10a.intoArray(sums, 20 * L);
    c10b.intoArray(sums, 21 * L);
    c11a.intoArray(sums, 22 * L);
    c11b.intoArray(sums, 23 * L);
  }
}
