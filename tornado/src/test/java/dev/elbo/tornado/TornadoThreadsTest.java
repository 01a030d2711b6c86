package dev.elbo.tornado;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.ThreadsContract;

class TornadoThreadsTest extends ThreadsContract {

  private static final EngineProvider ENGINES = new ReusedEngines();

  @Override
  protected EngineProvider provider() {
    return ENGINES;
  }
}
