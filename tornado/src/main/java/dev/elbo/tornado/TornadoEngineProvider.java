package dev.elbo.tornado;

import dev.elbo.ElboException;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.GuardedEngine;
import dev.elbo.model.Model;
import java.util.List;
import java.util.Optional;

/** The {@code tornado} engine: needs TornadoVM, and a device that it can compute on. */
public final class TornadoEngineProvider implements EngineProvider {

  private final Optional<String> device;

  /** The engine on the first device. */
  public TornadoEngineProvider() {
    this(Optional.empty());
  }

  private TornadoEngineProvider(Optional<String> device) {
    this.device = device;
  }

  @Override
  public String name() {
    return "tornado";
  }

  @Override
  public String description() {
    return "TornadoVM, float32: for a GPU";
  }

  @Override
  public Optional<String> unavailable() {
    try {
      return Device.unavailable();
    } catch (NoClassDefFoundError _) {
      return Optional.of(
          "TornadoVM is not on the class path; set TORNADOVM_HOME to a TornadoVM SDK and start with"
              + " tools/elbo");
    }
  }

  @Override
  public List<String> devices() {
    return Device.all().stream().map(CuBlasMode::listed).toList();
  }

  /**
   * The engine on another device, or with products by cuBLAS.
   *
   * @param name its number, such as {@code 0:1}; {@code cublas} or {@code cublas-tf32} for the
   *     first device of TornadoVM's CUDA backend, and {@code cublas:0:1} for another of them
   */
  @Override
  public EngineProvider on(String name) {
    return new TornadoEngineProvider(Optional.of(name));
  }

  /**
   * {@inheritDoc}
   *
   * @throws ElboException if the device does not exist or cannot run the kernels; the engine's
   *     methods throw it, too, where the device has not enough memory or a kernel fails
   */
  @Override
  public Engine create(Model model, EngineState state, int threads) {
    return new GuardedEngine(new TornadoEngine(model, state, Device.byName(device), threads));
  }
}
