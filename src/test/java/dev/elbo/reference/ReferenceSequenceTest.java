package dev.elbo.reference;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.SequenceContract;
import dev.elbo.testing.Tolerances;

class ReferenceSequenceTest extends SequenceContract {

  @Override
  protected EngineProvider provider() {
    return new ReferenceEngineProvider();
  }

  @Override
  protected double tolerance() {
    return Tolerances.FLOAT64;
  }
}
