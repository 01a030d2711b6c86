package dev.elbo.linalg;

import jdk.incubator.vector.FloatVector;

/**
 * 12 rows by 2 vectors: 24 sums, 2 vectors of B and one value of A in 27 of 32 registers. A product
 * of vectors needs 14 loads for 24 multiply-adds here; of the shapes tried on AVX-512 (4 by 2 to 14
 * by 2, 8 by 3, 9 by 3, 6 by 4) it, 8 by 3 and 6 by 4 reach 97 % of a core's peak, and 2 vectors of
 * columns leave the fewest of them empty: of a layer of 600, 8 and not 24 or 40.
 */
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
      float[] c,
      int cAt,
      int stride,
      boolean add) {
    int r00 = cAt;
    int r01 = r00 + stride;
    int r02 = r01 + stride;
    int r03 = r02 + stride;
    int r04 = r03 + stride;
    int r05 = r04 + stride;
    int r06 = r05 + stride;
    int r07 = r06 + stride;
    int r08 = r07 + stride;
    int r09 = r08 + stride;
    int r10 = r09 + stride;
    int r11 = r10 + stride;
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
    FloatVector c06a = begin(c, r06, add);
    FloatVector c06b = begin(c, r06 + L, add);
    FloatVector c07a = begin(c, r07, add);
    FloatVector c07b = begin(c, r07 + L, add);
    FloatVector c08a = begin(c, r08, add);
    FloatVector c08b = begin(c, r08 + L, add);
    FloatVector c09a = begin(c, r09, add);
    FloatVector c09b = begin(c, r09 + L, add);
    FloatVector c10a = begin(c, r10, add);
    FloatVector c10b = begin(c, r10 + L, add);
    FloatVector c11a = begin(c, r11, add);
    FloatVector c11b = begin(c, r11 + L, add);
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
    c06a.intoArray(c, r06);
    c06b.intoArray(c, r06 + L);
    c07a.intoArray(c, r07);
    c07b.intoArray(c, r07 + L);
    c08a.intoArray(c, r08);
    c08b.intoArray(c, r08 + L);
    c09a.intoArray(c, r09);
    c09b.intoArray(c, r09 + L);
    c10a.intoArray(c, r10);
    c10b.intoArray(c, r10 + L);
    c11a.intoArray(c, r11);
    c11b.intoArray(c, r11 + L);
  }
}
