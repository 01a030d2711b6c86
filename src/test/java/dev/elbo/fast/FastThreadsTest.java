package dev.elbo.fast;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.ThreadsContract;

class FastThreadsTest extends ThreadsContract {

  @Override
  protected EngineProvider provider() {
    return new FastEngineProvider();
  }
}
