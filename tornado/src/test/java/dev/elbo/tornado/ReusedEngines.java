package dev.elbo.tornado;

import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.GuardedEngine;
import dev.elbo.model.Model;
import dev.elbo.tornado.layers.Products;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives a closed engine of the same model out again, with the state that is asked for: to compile
 * its kernels takes seconds, and what one use left on the device must not show in the next anyway.
 */
final class ReusedEngines implements EngineProvider {

  private final EngineProvider provider = new TornadoEngineProvider();
  private final Optional<Products> products;
  private final Map<Model, List<Engine>> closed = new HashMap<>();

  /** Engines of the first device. */
  ReusedEngines() {
    products = Optional.empty();
  }

  /** Engines of the first device, with other products than it would have. */
  ReusedEngines(Products products) {
    this.products = Optional.of(products);
  }

  @Override
  public String name() {
    return provider.name();
  }

  @Override
  public String description() {
    return provider.description();
  }

  @Override
  public Optional<String> unavailable() {
    return provider.unavailable();
  }

  @Override
  public List<String> devices() {
    return provider.devices();
  }

  @Override
  public Engine create(Model model, EngineState state, int threads) {
    List<Engine> free = closed.computeIfAbsent(model, _ -> new ArrayList<>());
    Engine engine;
    if (free.isEmpty()) {
      Device first = Device.byName(Optional.empty());
      engine = new TornadoEngine(model, state, products.map(first::with).orElse(first), threads);
    } else {
      engine = free.removeLast();
      engine.restore(state);
    }
    Engine reused =
        (Engine)
            Proxy.newProxyInstance(
                Engine.class.getClassLoader(),
                new Class<?>[] {Engine.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("close")) {
                    free.add(engine);
                    return null;
                  }
                  try {
                    return method.invoke(engine, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return new GuardedEngine(reused); // so that it is closed to whoever closed it
  }
}
