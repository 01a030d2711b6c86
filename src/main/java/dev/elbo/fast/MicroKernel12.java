package dev.elbo.fast;

import jdk.incubator.vector.FloatVector;

/** 12 rows by 2 vectors: 24 sums, of the 32 registers of AVX-512. */
final class MicroKernel12 extends MicroKernel {
  MicroKernel12() {
    super(12);
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
    FloatVector c06a = FloatVector.fromArray(S, from, fromAt + 6 * fromStride);
    FloatVector c06b = FloatVector.fromArray(S, from, fromAt + 6 * fromStride + L);
    FloatVector c07a = FloatVector.fromArray(S, from, fromAt + 7 * fromStride);
    FloatVector c07b = FloatVector.fromArray(S, from, fromAt + 7 * fromStride + L);
    FloatVector c08a = FloatVector.fromArray(S, from, fromAt + 8 * fromStride);
    FloatVector c08b = FloatVector.fromArray(S, from, fromAt + 8 * fromStride + L);
    FloatVector c09a = FloatVector.fromArray(S, from, fromAt + 9 * fromStride);
    FloatVector c09b = FloatVector.fromArray(S, from, fromAt + 9 * fromStride + L);
    FloatVector c10a = FloatVector.fromArray(S, from, fromAt + 10 * fromStride);
    FloatVector c10b = FloatVector.fromArray(S, from, fromAt + 10 * fromStride + L);
    FloatVector c11a = FloatVector.fromArray(S, from, fromAt + 11 * fromStride);
    FloatVector c11b = FloatVector.fromArray(S, from, fromAt + 11 * fromStride + L);
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
    c06a.intoArray(to, toAt + 6 * toStride);
    c06b.intoArray(to, toAt + 6 * toStride + L);
    c07a.intoArray(to, toAt + 7 * toStride);
    c07b.intoArray(to, toAt + 7 * toStride + L);
    c08a.intoArray(to, toAt + 8 * toStride);
    c08b.intoArray(to, toAt + 8 * toStride + L);
    c09a.intoArray(to, toAt + 9 * toStride);
    c09b.intoArray(to, toAt + 9 * toStride + L);
    c10a.intoArray(to, toAt + 10 * toStride);
    c10b.intoArray(to, toAt + 10 * toStride + L);
    c11a.intoArray(to, toAt + 11 * toStride);
    c11b.intoArray(to, toAt + 11 * toStride + L);
  }
}
