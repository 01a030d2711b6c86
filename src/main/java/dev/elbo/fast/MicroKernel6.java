package dev.elbo.fast;

import jdk.incubator.vector.FloatVector;

/** 6 rows by 2 vectors: 12 sums, of the 16 registers of AVX2. */
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
      float[] from,
      int fromAt,
      int fromStride,
      float[] to,
      int toAt,
      int toStride) {
    FloatVector c00a = FloatVector.fromArray(S, from, fromAt);
    FloatVector c00b = FloatVector.fromArray(S, from, fromAt + L);
    FloatVector c01a = FloatVector.fromArray(S, from, fromAt + fromStride);
    FloatVector c01b = FloatVector.fromArray(S, from, fromAt + fromStride + L);
    FloatVector c02a = FloatVector.fromArray(S, from, fromAt + 2 * fromStride);
    FloatVector c02b = FloatVector.fromArray(S, from, fromAt + 2 * fromStride + L);
    FloatVector c03a = FloatVector.fromArray(S, from, fromAt + 3 * fromStride);
    FloatVector c03b = FloatVector.fromArray(S, from, fromAt + 3 * fromStride + L);
    FloatVector c04a = FloatVector.fromArray(S, from, fromAt + 4 * fromStride);
    FloatVector c04b = FloatVector.fromArray(S, from, fromAt + 4 * fromStride + L);
    FloatVector c05a = FloatVector.fromArray(S, from, fromAt + 5 * fromStride);
    FloatVector c05b = FloatVector.fromArray(S, from, fromAt + 5 * fromStride + L);
    for (int k = 0; k < depth; k++) {
      int p = aAt + k * 6;
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
    }
    c00a.intoArray(to, toAt);
    c00b.intoArray(to, toAt + L);
    c01a.intoArray(to, toAt + toStride);
    c01b.intoArray(to, toAt + toStride + L);
    c02a.intoArray(to, toAt + 2 * toStride);
    c02b.intoArray(to, toAt + 2 * toStride + L);
    c03a.intoArray(to, toAt + 3 * toStride);
    c03b.intoArray(to, toAt + 3 * toStride + L);
    c04a.intoArray(to, toAt + 4 * toStride);
    c04b.intoArray(to, toAt + 4 * toStride + L);
    c05a.intoArray(to, toAt + 5 * toStride);
    c05b.intoArray(to, toAt + 5 * toStride + L);
  }
}
