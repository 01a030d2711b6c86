package dev.elbo.tornado;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.GuardedEngine;
import dev.elbo.model.Model;
import dev.elbo.tornado.layers.Products;
import java.util.List;
import java.util.Optional;

/**
 * The engine in plain Java, see {@link PlainGraphs}. A test that wants one of a larger model is
 * skipped.
 *
 * @param products what computes those of dense layers
 * @param mostItems of a model
 */
record PlainEngines(Products products, int mostItems) implements EngineProvider {

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
    assumeTrue(model.items() <= mostItems, "items of groups take turns here, which takes too long");
    return new GuardedEngine(
        new TornadoEngine(model, state, PlainGraphs.backend(products), threads));
  }
}
