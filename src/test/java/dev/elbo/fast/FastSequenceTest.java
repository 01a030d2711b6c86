package dev.elbo.fast;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.SequenceContract;
import dev.elbo.testing.Tolerances;

class FastSequenceTest extends SequenceContract {

  @Override
  protected EngineProvider provider() {
    return new FastEngineProvider();
  }

  @Override
  protected double tolerance() {
    return Tolerances.FLOAT32;
  }
}
