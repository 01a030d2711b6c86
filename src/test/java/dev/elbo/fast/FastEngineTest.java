package dev.elbo.fast;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.EngineContract;
import dev.elbo.testing.Tolerances;

class FastEngineTest extends EngineContract {

  @Override
  protected EngineProvider provider() {
    return new FastEngineProvider();
  }

  @Override
  protected double tolerance() {
    return Tolerances.FLOAT32;
  }
}
