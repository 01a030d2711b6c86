package dev.elbo.tornado;

import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.GuardedEngine;
import dev.elbo.model.Model;
import dev.elbo.tornado.layers.Products;
import java.util.List;
import java.util.Optional;

/**
 * The engine in plain Java, see {@link PlainGraphs}.
 *
 * @param products what computes those of dense layers
 */
record PlainEngines(Products products) implements EngineProvider {

  @Override
  public String name() {
    return "tornado";
  }

  @Override
  public String description() {
    return "tasks as plain Java";
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.empty();
  }

  @Override
  public List<String> devices() {
    return List.of();
  }

  @Override
  public Engine create(Model model, EngineState state, int threads) {
    return new GuardedEngine(new TornadoEngine(model, state, PlainGraphs.backend(products)));
  }
}
