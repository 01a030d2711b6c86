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
import dev.elbo.model.Layout.L2Normalization;
import dev.elbo.model.Layout.Tanhs;
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

  @Test
  void inputThatIsNormalisedAfterDropoutOrNotAtAll() {
    assertEquals(
        List.of(new Dropout(0.5), new L2Normalize(), new SparseLinear("q_layers.0", 9, 3)),
        firstLayers(new Layout(L2Normalization.AFTER_DROPOUT, Tanhs.HIDDEN, 0), 3));
    assertEquals(
        List.of(new Dropout(0.5), new SparseLinear("q_layers.0", 9, 3)),
        firstLayers(new Layout(L2Normalization.NONE, Tanhs.HIDDEN, 0), 2));
  }

  private static List<LayerSpec> firstLayers(Layout layout, int count) {
    return Architecture.MULT_DAE.layers(9, List.of(), 3, 0.5, layout).subList(0, count);
  }

  @Test
  void dropoutOfTheDecodersHiddenUnits() {
    assertEquals(
        List.of(
            new L2Normalize(),
            new Dropout(0.5),
            new SparseLinear("q_layers.0", 9, 5),
            new Tanh(),
            new Linear("q_layers.1", 5, 6),
            new Gaussian(3),
            new Linear("p_layers.0", 3, 5),
            new Tanh(),
            new Dropout(0.2),
            new Linear("p_layers.1", 5, 9),
            new MultinomialLoss()),
        Architecture.MULT_VAE.layers(
            9, List.of(5), 3, 0.5, new Layout(L2Normalization.BEFORE_DROPOUT, Tanhs.HIDDEN, 0.2)));
  }

  /** RecoTour has a dropout before each affine layer, and a tanh after each of them. */
  @Test
  void tanhAfterEveryModule() {
    assertEquals(
        List.of(
            new L2Normalize(),
            new Dropout(0.5),
            new Tanh(),
            new SparseLinear("q_layers.0", 9, 5),
            new Tanh(),
            new Tanh(),
            new Linear("q_layers.1", 5, 6),
            new Gaussian(3),
            new Tanh(),
            new Linear("p_layers.0", 3, 5),
            new Tanh(),
            new Tanh(),
            new Linear("p_layers.1", 5, 9),
            new MultinomialLoss()),
        Architecture.MULT_VAE.layers(
            9,
            List.of(5),
            3,
            0.5,
            new Layout(L2Normalization.BEFORE_DROPOUT, Tanhs.EVERY_MODULE, 0)));
  }

  /** {@link Model} checks that each layer takes what the one before it gives. */
  @Property(seed = "1", tries = 100, edgeCases = EdgeCasesMode.NONE)
  void layersFitTogether(
      @ForAll Architecture architecture,
      @ForAll @IntRange(min = 1, max = 50) int items,
      @ForAll @Size(max = 4) List<@IntRange(min = 1, max = 50) Integer> hidden,
      @ForAll @IntRange(min = 1, max = 50) int latent,
      @ForAll L2Normalization l2Normalize,
      @ForAll Tanhs tanh) {
    Layout layout = new Layout(l2Normalize, tanh, 0.5);
    Model model = new Model(architecture.layers(items, hidden, latent, 0.5, layout), 0);
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
