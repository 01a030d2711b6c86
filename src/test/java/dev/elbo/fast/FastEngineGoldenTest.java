package dev.elbo.fast;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.GoldenContract;
import dev.elbo.testing.Tolerances;

class FastEngineGoldenTest extends GoldenContract {

  @Override
  protected EngineProvider provider() {
    return new FastEngineProvider();
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
