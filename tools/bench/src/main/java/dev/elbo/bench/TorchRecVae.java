package dev.elbo.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.norm.LayerNorm;
import dev.elbo.engine.EngineState;
import dev.elbo.model.Model;
import dev.elbo.model.Network.Block;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** RecVAE with five hidden layers in PyTorch. The old encoder has no gradients. */
final class TorchRecVae extends TorchModel {

  static final int LAYERS = 5;
  static final double NORM_EPSILON = 0.1;
  static final double GAMMA = 0.005;
  static final Composite PRIOR = Composite.SHENBIN;

  private final Map<String, NDArray> old = new HashMap<>();

  /** A model before its first update. */
  TorchRecVae(Input input, Model model, EngineState start) {
    super(input, model, start.parameters());
    Parameters frozen = start.frozen(model);
    for (ParameterSpec spec : model.network().parameters(Block.ENCODER)) {
      old.put(spec.name(), tensor(frozen, spec.name()));
    }
  }

  @Override
  Terms terms(TorchBatch batch, TorchNoise noise) {
    Gaussian prior = encoder(batch, TorchNoise.NONE, old::get);
    Gaussian posterior = encoder(batch, noise, this::value);
    NDArray epsilon = noise.epsilon(manager(), posterior.mu.getShape());
    NDArray z = posterior.mu.add(epsilon.mul(posterior.logVariance.mul(0.5f).exp()));
    NDArray nll = nll(batch, linear(z, value("decoder.weight"), value("decoder.bias")));
    // The wide normal keeps the sum away from 0, so no maximum need be taken out of it.
    NDArray standard = z.square().mul(-0.5f);
    NDArray wide = z.square().mul((float) Math.exp(-PRIOR.wideLogVariance())).mul(-0.5f);
    NDArray density =
        standard
            .exp()
            .mul((float) PRIOR.standard())
            .add(prior.logDensity(z).exp().mul((float) PRIOR.old()))
            .add(wide.exp().mul((float) (PRIOR.wide() * Math.exp(-0.5 * PRIOR.wideLogVariance()))));
    NDArray kl = posterior.logDensity(z).sub(density.log()).sum(new int[] {1});
    return new Terms(nll, kl.mean(), kl.mul(batch.sizes()).mean().mul((float) GAMMA));
  }

  /**
   * Normal distributions.
   *
   * @param mu means, {@code [B, K]}
   * @param logVariance logarithms of their variances, {@code [B, K]}
   */
  private record Gaussian(NDArray mu, NDArray logVariance) {

    /** Logarithm of the density, but for the constant that all have. */
    NDArray logDensity(NDArray z) {
      return z.sub(mu).square().div(logVariance.exp()).add(logVariance).mul(-0.5f);
    }
  }

  private Gaussian encoder(TorchBatch batch, TorchNoise noise, Function<String, NDArray> value) {
    NDArray h =
        activated(
            1,
            firstLayer(
                batch, noise, value.apply("encoder.fc1.weight"), value.apply("encoder.fc1.bias")),
            value);
    NDArray sum = h;
    for (int n = 2; n <= LAYERS; n++) {
      h = activated(n, layer("encoder.fc" + n, h, value).add(sum), value);
      if (n < LAYERS) {
        sum = sum.add(h);
      }
    }
    return new Gaussian(layer("encoder.fc_mu", h, value), layer("encoder.fc_logvar", h, value));
  }

  private static NDArray layer(String name, NDArray x, Function<String, NDArray> value) {
    return linear(x, value.apply(name + ".weight"), value.apply(name + ".bias"));
  }

  private static NDArray activated(int n, NDArray x, Function<String, NDArray> value) {
    NDArray gain = value.apply("encoder.ln" + n + ".weight");
    NDArray bias = value.apply("encoder.ln" + n + ".bias");
    NDArray swish = x.mul(Activation.sigmoid(x));
    return LayerNorm.layerNorm(
            swish, new Shape(x.getShape().get(1)), gain, bias, (float) NORM_EPSILON)
        .singletonOrThrow();
  }
}
