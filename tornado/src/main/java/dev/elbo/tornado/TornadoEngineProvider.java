package dev.elbo.tornado;

import dev.elbo.ElboException;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.GuardedEngine;
import dev.elbo.engine.Outputs;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.model.Objective;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.Objective.Reconstruction;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
    return Device.all().stream().map(Device::description).toList();
  }

  /**
   * The engine on another device.
   *
   * @param name its number, such as {@code 0:1}
   */
  @Override
  public EngineProvider on(String name) {
    return new TornadoEngineProvider(Optional.of(name));
  }

  @Override
  public Optional<String> lacking(Model model) {
    Stream<String> lacking =
        Stream.concat(
            model.layers().stream().filter(layer -> !has(layer)).map(LayerSpec::kind),
            Stream.of(model.objective().reconstruction())
                .filter(loss -> !has(loss))
                .map(Reconstruction::kind));
    return Stream.concat(
            lacking.map("layer "::concat),
            Stream.of(model.objective().prior())
                .filter(Composite.class::isInstance)
                .map(_ -> "prior that is a mixture"))
        .findFirst();
  }

  @Override
  public Optional<String> lacking(Outputs outputs) {
    return switch (outputs) {
      case Outputs.All _ -> Optional.empty();
      case Outputs.Observed _ -> Optional.of("outputs where users have items");
      case Outputs.Sampled _ -> Optional.of("sampled outputs");
    };
  }

  private static boolean has(Reconstruction loss) {
    return switch (loss) {
      case Objective.MultinomialLoss _ -> true;
      case Objective.SquaredError _, Objective.NextItemsLoss _ -> false;
    };
  }

  private static boolean has(LayerSpec layer) {
    return switch (layer) {
      case LayerSpec.L2Normalize _,
          LayerSpec.Dropout _,
          LayerSpec.SparseLinear _,
          LayerSpec.Linear _,
          LayerSpec.Tanh _,
          LayerSpec.Gaussian _ ->
          true;
      case LayerSpec.Embedding _,
          LayerSpec.Gru _,
          LayerSpec.Sigmoid _,
          LayerSpec.Swish _,
          LayerSpec.LayerNorm _,
          LayerSpec.Residual _,
          LayerSpec.Heads _,
          LayerSpec.ObservedLinear _,
          LayerSpec.RatingPairs _,
          LayerSpec.Mask _,
          LayerSpec.CountNormalize _ ->
          false;
    };
  }

  /**
   * {@inheritDoc}
   *
   * @throws ElboException if the model has a layer that the engine lacks, or the device does not
   *     exist or cannot run the kernels; the engine's methods throw it, too, where the device has
   *     not enough memory or a kernel fails
   */
  @Override
  public Engine create(Model model, EngineState state, int threads) {
    lacking(model)
        .ifPresent(
            part -> {
              throw new ElboException(
                  "engine 'tornado' has no %s: choose --engine fast or reference".formatted(part));
            });
    return new GuardedEngine(new TornadoEngine(model, state, Device.byName(device)));
  }
}
