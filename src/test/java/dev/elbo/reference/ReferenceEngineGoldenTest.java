package dev.elbo.reference;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.GoldenContract;
import dev.elbo.testing.Tolerances;

class ReferenceEngineGoldenTest extends GoldenContract {

  @Override
  protected EngineProvider provider() {
    return new ReferenceEngineProvider();
  }

  @Override
  protected double tolerance() {
    return Tolerances.FLOAT64;
  }

  @Override
  protected double unitRoundoff() {
    return 0x1p-53;
  }
}
