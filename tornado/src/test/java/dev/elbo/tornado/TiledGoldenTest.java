package dev.elbo.tornado;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.GoldenContract;
import dev.elbo.testing.Tolerances;
import dev.elbo.tornado.products.TiledGemm;

/** The golden cases with the products of a GPU, also where the first device is a CPU. */
class TiledGoldenTest extends GoldenContract {

  private static final EngineProvider ENGINES = new ReusedEngines(new TiledGemm());

  @Override
  protected EngineProvider provider() {
    return ENGINES;
  }

  @Override
  protected double tolerance() {
    return Tolerances.GOLDEN_FLOAT32;
  }

  @Override
  protected double unitRoundoff() {
    return 0x1p-24;
  }
}
