package dev.elbo.reference;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.ThreadsContract;

class ReferenceThreadsTest extends ThreadsContract {

  @Override
  protected EngineProvider provider() {
    return new ReferenceEngineProvider();
  }
}
