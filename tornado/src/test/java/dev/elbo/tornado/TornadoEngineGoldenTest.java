package dev.elbo.tornado;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.GoldenContract;
import dev.elbo.testing.Tolerances;

/** The golden cases, on a device. */
class TornadoEngineGoldenTest extends GoldenContract {

  private static final EngineProvider ENGINES = new ReusedEngines();

  @Override
  protected EngineProvider provider() {
    return ENGINES;
  }

  @Override
  protected double tolerance() {
    return Tolerances.GOLDEN_FLOAT32;
  }

  @Override
  protected double unitRoundoff() {
    return 0x1p-24;
  }
}
