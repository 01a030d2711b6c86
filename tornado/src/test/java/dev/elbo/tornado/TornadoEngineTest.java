package dev.elbo.tornado;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.EngineContract;

/** The contract on a device. */
class TornadoEngineTest extends EngineContract {

  private static final EngineProvider ENGINES = new ReusedEngines();

  @Override
  protected EngineProvider provider() {
    return ENGINES;
  }

  @Override
  protected double tolerance() {
    return 1e-4;
  }
}
