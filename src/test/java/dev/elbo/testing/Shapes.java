package dev.elbo.testing;

import dev.elbo.gradients.check.Shape;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;

/** Random small shapes. */
public final class Shapes implements ArbitrarySupplier<Shape> {

  /**
   * One and up of everything. The widths go beyond 15, where EJML changes to another order of
   * loops.
   */
  @Override
  public Arbitrary<Shape> get() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 6),
            Arbitraries.integers().between(1, 20),
            Arbitraries.integers().between(1, 20),
            Arbitraries.longs())
        .as(Shape::new)
        .withoutEdgeCases(); // ranges this small are met at their ends often enough
  }
}
