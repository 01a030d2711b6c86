package dev.elbo.tornado;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.SequenceContract;
import dev.elbo.testing.Tolerances;

class TornadoEngineSequenceTest extends SequenceContract {

  private static final EngineProvider ENGINES = new ReusedEngines();

  @Override
  protected EngineProvider provider() {
    return ENGINES;
  }

  @Override
  protected double tolerance() {
    return Tolerances.FLOAT32;
  }
}
