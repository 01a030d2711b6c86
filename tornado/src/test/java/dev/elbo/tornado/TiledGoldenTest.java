package dev.elbo.tornado;

import dev.elbo.engine.EngineProvider;
import dev.elbo.tornado.products.TiledGemm;

/** The same with the products of a GPU, also where the first device is a CPU. */
class TiledGoldenTest extends TornadoEngineGoldenTest {

  private static final EngineProvider ENGINES = new ReusedEngines(new TiledGemm());

  @Override
  protected EngineProvider provider() {
    return ENGINES;
  }
}
