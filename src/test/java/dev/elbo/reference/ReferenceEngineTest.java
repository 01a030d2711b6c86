package dev.elbo.reference;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.EngineContract;
import dev.elbo.testing.Tolerances;

class ReferenceEngineTest extends EngineContract {

  @Override
  protected EngineProvider provider() {
    return new ReferenceEngineProvider();
  }

  @Override
  protected double tolerance() {
    return Tolerances.FLOAT64;
  }
}
