package dev.elbo.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.model.Architecture;
import dev.elbo.model.Initialization;
import dev.elbo.model.Initialization.Biases;
import dev.elbo.model.Initialization.FirstPrior;
import dev.elbo.model.Initialization.Weights;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Network.Block;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a run starts from: the parameters, and the encoder that a mixture remembers at first. */
class EngineStateTest {

  private static final Model RECVAE =
      ModelOptions.withMixture(
              Architecture.RECVAE, List.of(5, 5), 3, 0.5, Composite.SHENBIN, /* normEpsilon= */ 0.1)
          .model(8);

  private static EngineState initial(FirstPrior firstPrior) {
    return EngineState.initial(
        RECVAE, 1, new Initialization(Weights.PYTORCH, Biases.PYTORCH, firstPrior));
  }

  private static Set<Double> values(Parameters parameters) {
    return parameters.tensors().keySet().stream()
        .flatMap(name -> Arrays.stream(parameters.float64(name)).boxed())
        .collect(Collectors.toSet());
  }

  @Test
  void aCopyIsTheEncoderAsItStarts() {
    EngineState state = initial(FirstPrior.COPY);
    Parameters remembered = state.frozen(RECVAE);
    List<ParameterSpec> encoder = RECVAE.network().parameters(Block.ENCODER);
    assertEquals(encoder.size(), remembered.tensors().size());
    for (ParameterSpec spec : encoder) {
      assertArrayEquals(
          state.parameters().float64(spec.name()), remembered.float64(spec.name()), spec.name());
    }
  }

  /** Its values are draws of their own; but a normalisation starts with ones and zeros. */
  @Test
  void aDrawnEncoderHasNothingOfTheOne() {
    EngineState state = initial(FirstPrior.DRAWN);
    state.requireTensorsOf(RECVAE);
    Set<Double> common = values(state.frozen(RECVAE));
    common.retainAll(values(state.parameters()));
    assertEquals(Set.of(0.0, 1.0), common);
    assertEquals(values(initial(FirstPrior.COPY).parameters()), values(state.parameters()));
  }

  @Test
  void othersRememberNothing() {
    Model model = new ModelOptions(Architecture.MULT_VAE, List.of(5), 3, 0.5, 0).model(8);
    EngineState state = EngineState.initial(model, 1, Initialization.LIANG);
    assertEquals(Parameters.NONE, state.frozen(model));
  }
}
