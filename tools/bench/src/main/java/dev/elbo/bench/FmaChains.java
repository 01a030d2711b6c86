package dev.elbo.bench;

import dev.elbo.bench.FmaPeak.Kind;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Chains of fused multiply-adds that do not wait for each other, in registers. {@link FmaPeak}
 * defines a hidden copy of this class for every {@link Kind}, which is a constant there: so a link
 * compiles to one instruction, whatever the kind.
 */
final class FmaChains implements FmaPeak.Chains {

  private static final Kind KIND = kind();
  private static final VectorSpecies<Float> SPECIES = KIND.species();

  private static Kind kind() {
    try {
      return MethodHandles.classData(
          MethodHandles.lookup(), ConstantDescs.DEFAULT_NAME, Kind.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public float run(float start, int links) {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector y = FloatVector.broadcast(SPECIES, 0.001f);
    FloatVector c0 = FloatVector.broadcast(SPECIES, start);
    FloatVector c1 = c0.add(x);
    FloatVector c2 = c1.add(x);
    FloatVector c3 = c2.add(x);
    FloatVector c4 = c3.add(x);
    FloatVector c5 = c4.add(x);
    FloatVector c6 = c5.add(x);
    FloatVector c7 = c6.add(x);
    FloatVector c8 = c7.add(x);
    FloatVector c9 = c8.add(x);
    FloatVector c10 = c9.add(x);
    FloatVector c11 = c10.add(x);
    FloatVector c12 = c11.add(x);
    FloatVector c13 = c12.add(x);
    FloatVector c14 = c13.add(x);
    FloatVector c15 = c14.add(x);
    for (int link = 0; link < links; link++) {
      c0 = link(c0, x, y);
      c1 = link(c1, x, y);
      c2 = link(c2, x, y);
      c3 = link(c3, x, y);
      if (KIND.count() > 4) {
        c4 = link(c4, x, y);
        c5 = link(c5, x, y);
      }
      if (KIND.count() > 6) {
        c6 = link(c6, x, y);
        c7 = link(c7, x, y);
      }
      if (KIND.count() > 8) {
        c8 = link(c8, x, y);
        c9 = link(c9, x, y);
      }
      if (KIND.count() > 10) {
        c10 = link(c10, x, y);
        c11 = link(c11, x, y);
      }
      if (KIND.count() > 12) {
        c12 = link(c12, x, y);
        c13 = link(c13, x, y);
      }
      if (KIND.count() > 14) {
        c14 = link(c14, x, y);
        c15 = link(c15, x, y);
      }
    }
    FloatVector first = c0.add(c1).add(c2).add(c3).add(c4).add(c5).add(c6).add(c7);
    FloatVector second = c8.add(c9).add(c10).add(c11).add(c12).add(c13).add(c14).add(c15);
    return first.add(second).lane(0);
  }

  private static FloatVector link(FloatVector c, FloatVector x, FloatVector y) {
    return KIND.accumulating() ? x.fma(y, c) : c.fma(x, y);
  }
}
