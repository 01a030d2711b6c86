package dev.elbo.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.data.RatingScale;
import dev.elbo.model.LayerSpec.Dropout;
import dev.elbo.model.LayerSpec.Embedding;
import dev.elbo.model.LayerSpec.Gaussian;
import dev.elbo.model.LayerSpec.Gru;
import dev.elbo.model.LayerSpec.L2Normalize;
import dev.elbo.model.LayerSpec.Linear;
import dev.elbo.model.LayerSpec.SparseLinear;
import dev.elbo.model.LayerSpec.Tanh;
import dev.elbo.model.Layout.L2Normalization;
import dev.elbo.model.Layout.Tanhs;
import dev.elbo.model.Objective.NextItemsLoss;
import dev.elbo.model.Objective.SquaredError;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
            new Linear("p_layers.1", 600, 20108)),
        layers(Architecture.MULT_VAE, 20108, Architecture.MULT_VAE.defaultHidden(), 200, 0.5));
  }

  @Test
  void multDaeOfThePaper() {
    assertEquals(
        List.of(
            new L2Normalize(),
            new Dropout(0.5),
            new SparseLinear("q_layers.0", 20108, 200),
            new Tanh(),
            new Linear("p_layers.0", 200, 20108)),
        layers(Architecture.MULT_DAE, 20108, Architecture.MULT_DAE.defaultHidden(), 200, 0.5));
  }

  @Test
  void multVaeWithoutHiddenLayers() {
    assertEquals(
        List.of(
            new L2Normalize(),
            new Dropout(0.1),
            new SparseLinear("q_layers.0", 9, 6),
            new Gaussian(3),
            new Linear("p_layers.0", 3, 9)),
        layers(Architecture.MULT_VAE, 9, List.of(), 3, 0.1));
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
            new Linear("p_layers.2", 7, 9)),
        layers(Architecture.MULT_DAE, 9, List.of(7, 5), 3, 0.5));
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
    return layers(Architecture.MULT_DAE, 9, List.of(), 3, 0.5, layout).subList(0, count);
  }

  private static List<LayerSpec> layers(
      Architecture architecture, int items, List<Integer> hidden, int latent, double dropout) {
    return layers(architecture, items, hidden, latent, dropout, Layout.LIANG);
  }

  private static List<LayerSpec> layers(
      Architecture architecture,
      int items,
      List<Integer> hidden,
      int latent,
      double dropout,
      Layout layout) {
    return new ModelOptions(architecture, hidden, latent, dropout, 0, layout).model(items).layers();
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
            new Linear("p_layers.1", 5, 9)),
        layers(
            Architecture.MULT_VAE,
            9,
            List.of(5),
            3,
            0.5,
            new Layout(L2Normalization.BEFORE_DROPOUT, Tanhs.HIDDEN, 0.2)));
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
            new Linear("p_layers.1", 5, 9)),
        layers(
            Architecture.MULT_VAE,
            9,
            List.of(5),
            3,
            0.5,
            new Layout(L2Normalization.BEFORE_DROPOUT, Tanhs.EVERY_MODULE, 0)));
  }

  @Provide
  Arbitrary<Architecture> ofUsers() {
    return Arbitraries.of(Architecture.MULT_VAE, Architecture.MULT_DAE);
  }

  /** The first two widths are those of item vectors and state; the others are mirrored. */
  @Test
  void svaeReadsItemsInTheOrderOfTime() {
    assertEquals(
        List.of(
            new Embedding("item_embed", 9, 7),
            new Gru("gru", 7, 6),
            new Linear("encoder.linear1", 6, 5),
            new Tanh(),
            new Linear("encoder.linear2", 5, 4),
            new Tanh(),
            new Linear("linear1", 4, 6),
            new Gaussian(3),
            new Linear("decoder.linear1", 3, 4),
            new Tanh(),
            new Linear("decoder.linear2", 4, 5),
            new Tanh(),
            new Linear("decoder.linear3", 5, 9)),
        layers(Architecture.SVAE, 9, List.of(7, 6, 5, 4), 3, 0));
    Model whole =
        new ModelOptions(
                Architecture.SVAE,
                List.of(7, 6),
                3,
                0,
                0,
                null,
                null,
                new SequenceOptions(2, 50, true, true))
            .model(9);
    assertEquals(
        List.of(
            new Embedding("item_embed", 9, 7),
            new Gru("gru", 7, 6),
            new Linear("linear1", 6, 6),
            new Gaussian(3, true, true),
            new Linear("decoder.linear1", 3, 9)),
        whole.layers());
    assertEquals(new NextItemsLoss(2, 50), whole.objective().reconstruction());
    assertTrue(whole.isSequential());
    assertEquals(9, whole.items());
    assertThrows(
        IllegalArgumentException.class, () -> layers(Architecture.SVAE, 9, List.of(7), 3, 0));
  }

  /** {@link Model} checks that each layer takes what the one before it gives. */
  @Property(seed = "1", tries = 100, edgeCases = EdgeCasesMode.NONE)
  void layersFitTogether(
      @ForAll("ofUsers") Architecture architecture,
      @ForAll @IntRange(min = 1, max = 50) int items,
      @ForAll @Size(max = 4) List<@IntRange(min = 1, max = 50) Integer> hidden,
      @ForAll @IntRange(min = 1, max = 50) int latent,
      @ForAll L2Normalization l2Normalize,
      @ForAll Tanhs tanh) {
    Layout layout = new Layout(l2Normalize, tanh, 0.5);
    Model model = new ModelOptions(architecture, hidden, latent, 0.5, 0, layout).model(items);
    assertEquals(items, model.items());
    assertEquals(2 * (hidden.size() + 1), model.affineLayers().size());
  }

  @ParameterizedTest
  @EnumSource
  void traitsAreThoseOfTheLayers(Architecture architecture) {
    List<Integer> hidden = architecture.hasHiddenLayers() ? List.of(3, 3) : List.of();
    var scale = new RatingScale(List.of(1f, 5f));
    Model model =
        new ModelOptions(architecture, hidden, 2, 0, 0, architecture.defaultLayout(), scale, null)
            .model(4);
    assertEquals(
        model.objective().reconstruction() instanceof SquaredError, architecture.hasSquaredError());
    assertEquals(model.network().latent().isPresent(), architecture.isVariational());
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
