package dev.elbo.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.elbo.model.LayerSpec.Dropout;
import dev.elbo.model.LayerSpec.Gaussian;
import dev.elbo.model.LayerSpec.L2Normalize;
import dev.elbo.model.LayerSpec.Linear;
import dev.elbo.model.LayerSpec.MultinomialLoss;
import dev.elbo.model.LayerSpec.SparseLinear;
import dev.elbo.model.LayerSpec.Tanh;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void multVaeOfThePaper() {
    assertEquals(
        List.of(
            new L2Normalize(),
            new Dropout(0.5),
            new SparseLinear("q_layers.0", 20108, 600),
            new Tanh(),
            new Linear("q_layers.1", 600, 400),
            new Gaussian(200),
            new Linear("p_layers.0", 200, 600),
            new Tanh(),
            new Linear("p_layers.1", 600, 20108),
            new MultinomialLoss()),
        Architecture.MULT_VAE.layers(20108, Architecture.MULT_VAE.defaultHidden(), 200, 0.5));
  }

  @Test
  void multDaeOfThePaper() {
    assertEquals(
        List.of(
            new L2Normalize(),
            new Dropout(0.5),
            new SparseLinear("q_layers.0", 20108, 200),
            new Tanh(),
            new Linear("p_layers.0", 200, 20108),
            new MultinomialLoss()),
        Architecture.MULT_DAE.layers(20108, Architecture.MULT_DAE.defaultHidden(), 200, 0.5));
  }

  @Test
  void multVaeWithoutHiddenLayers() {
    assertEquals(
        List.of(
            new L2Normalize(),
            new Dropout(0.1),
            new SparseLinear("q_layers.0", 9, 6),
            new Gaussian(3),
            new Linear("p_layers.0", 3, 9),
            new MultinomialLoss()),
        Architecture.MULT_VAE.layers(9, List.of(), 3, 0.1));
  }

  @Test
  void multDaeWithTwoHiddenLayersIsMirrored() {
    assertEquals(
        List.of(
            new L2Normalize(),
            new Dropout(0.5),
            new SparseLinear("q_layers.0", 9, 7),
            new Tanh(),
            new Linear("q_layers.1", 7, 5),
            new Tanh(),
            new Linear("q_layers.2", 5, 3),
            new Tanh(),
            new Linear("p_layers.0", 3, 5),
            new Tanh(),
            new Linear("p_layers.1", 5, 7),
            new Tanh(),
            new Linear("p_layers.2", 7, 9),
            new MultinomialLoss()),
        Architecture.MULT_DAE.layers(9, List.of(7, 5), 3, 0.5));
  }

  /** {@link Model} checks that each layer takes what the one before it gives. */
  @Property(seed = "1", tries = 100, edgeCases = EdgeCasesMode.NONE)
  void layersFitTogether(
      @ForAll Architecture architecture,
      @ForAll @IntRange(min = 1, max = 50) int items,
      @ForAll @Size(max = 4) List<@IntRange(min = 1, max = 50) Integer> hidden,
      @ForAll @IntRange(min = 1, max = 50) int latent) {
    Model model = new Model(architecture.layers(items, hidden, latent, 0.5), 0);
    assertEquals(items, model.items());
    assertEquals(2 * (hidden.size() + 1), model.affineLayers().size());
  }

  @Test
  void namesAreThoseOfTheCommandLine() {
    assertEquals("mult-vae", Architecture.MULT_VAE.toString());
    assertEquals("mult-dae", Architecture.MULT_DAE.toString());
    for (Architecture architecture : Architecture.values()) {
      assertSame(architecture, Architecture.of(architecture.toString()).orElseThrow());
    }
    assertEquals(Optional.empty(), Architecture.of("MULT_VAE"));
  }
}
