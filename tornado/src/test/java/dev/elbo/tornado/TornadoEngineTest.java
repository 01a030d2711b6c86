package dev.elbo.tornado;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.EngineContract;
import dev.elbo.testing.Tolerances;

/** The contract on a device, in the build once with each arithmetic. */
class TornadoEngineTest extends EngineContract {

  private static final EngineProvider ENGINES = new ReusedEngines();

  @Override
  protected EngineProvider provider() {
    return ENGINES;
  }

  /**
   * TornadoVM's default flags let a device reorder operations and approximate functions, which is
   * as good as any float32 engine; with Java's arithmetic only the order of sums differs from the
   * reference, and the precision.
   */
  @Override
  protected double tolerance() {
    boolean strict = "-w".equals(System.getProperty("tornado.opencl.compiler.flags"));
    return strict ? Tolerances.FLOAT32 / 5 : Tolerances.FLOAT32;
  }

  /** Twenty updates were seen to be apart by 1.6e-4 with a device's arithmetic. */
  @Override
  protected double toleranceAfterManyUpdates() {
    return 4 * Tolerances.FLOAT32;
  }
}
