package dev.elbo.tornado;

import dev.elbo.engine.EngineProvider;
import dev.elbo.testing.EngineContract;
import dev.elbo.testing.Tolerances;
import dev.elbo.tornado.products.CuBlas;

/**
 * The contract with products by cuBLAS, in plain Java: what {@link CuBlas} asks for is right. Large
 * models are left out, as in {@link KernelsTest}.
 */
class CuBlasEngineTest extends EngineContract {

  @Override
  protected EngineProvider provider() {
    return new PlainEngines(CuBlas.float32(), KernelsTest.MOST_ITEMS);
  }

  @Override
  protected double tolerance() {
    return Tolerances.FLOAT32;
  }
}
