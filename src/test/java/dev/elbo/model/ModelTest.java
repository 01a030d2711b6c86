package dev.elbo.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.model.LayerSpec.Dropout;
import dev.elbo.model.LayerSpec.Gaussian;
import dev.elbo.model.LayerSpec.L2Normalize;
import dev.elbo.model.LayerSpec.Linear;
import dev.elbo.model.LayerSpec.MultinomialLoss;
import dev.elbo.model.LayerSpec.SparseLinear;
import dev.elbo.model.LayerSpec.Tanh;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {

  private static final SparseLinear FIRST = new SparseLinear("q_layers.0", 9, 4);
  private static final Linear LAST = new Linear("p_layers.0", 4, 9);
  private static final MultinomialLoss LOSS = new MultinomialLoss();

  @Test
  void knowsItsItemsAndNamesItsActivations() {
    Model model = new Model(List.of(new L2Normalize(), FIRST, new Tanh(), LAST, LOSS), 0);
    assertEquals(9, model.items());
    assertEquals(List.of(FIRST, LAST), model.affineLayers());
    assertEquals("0.L2Normalize", model.activationName(0));
    assertEquals("4.MultinomialLoss", model.activationName(4));
    assertEquals("p_layers.0.weight", LAST.weight());
    assertEquals("p_layers.0.bias", LAST.bias());
  }

  @Test
  void aLayerThatDoesNotFitIsNamed() {
    assertRefused("layer 1, Linear[name=p, in=5, out=9]", FIRST, new Linear("p", 5, 9), LOSS);
    assertRefused("layer 1, Gaussian[latent=3, ", FIRST, new Gaussian(3), LAST, LOSS);
    assertRefused("layer 1, MultinomialLoss[]", FIRST, LOSS); // 4 logits for 9 items
    assertRefused("layer 0, Linear", LAST, LOSS); // the input is sparse
    assertRefused("layer 0, MultinomialLoss", LOSS);
    assertRefused("layer 1, L2Normalize", FIRST, new L2Normalize(), LAST, LOSS);
    assertRefused("layer 2, SparseLinear", FIRST, LAST, FIRST, LAST, LOSS);
    assertRefused("layer 2, MultinomialLoss", FIRST, LAST, LOSS, LOSS);
  }

  /** Neither has a parameter, and both keep zeros at zero. */
  @Test
  void dropoutAndTanhTakeASparseAndADenseInput() {
    Dropout half = new Dropout(0.5);
    Tanh tanh = new Tanh();
    List<LayerSpec> layers = List.of(half, tanh, FIRST, tanh, half, LAST, LOSS);
    assertEquals(layers, new Model(layers, 0).layers());
  }

  /** Tensors are found by the name, so two of one name would be one. */
  @Test
  void namesAreGivenOnce() {
    Linear twice = new Linear(FIRST.name(), 4, 9);
    assertRefused("the same name: [q_layers.0, q_layers.0]", FIRST, twice, LOSS);
  }

  @Test
  void aModelEndsWithALoss() {
    assertRefused("ends with a loss", FIRST, LAST);
    assertRefused("ends with a loss");
  }

  private static void assertRefused(String message, LayerSpec... layers) {
    var error = assertThrows(IllegalArgumentException.class, () -> new Model(List.of(layers), 0));
    assertTrue(error.getMessage().contains(message), error::getMessage);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY})
  void weightDecayIsAFiniteNumberThatIsNotNegative(double weightDecay) {
    assertThrows(
        IllegalArgumentException.class, () -> new Model(List.of(FIRST, LAST, LOSS), weightDecay));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void dropoutIsAProbabilityBelowOne(double rate) {
    assertThrows(IllegalArgumentException.class, () -> new Dropout(rate));
  }

  @Test
  void widthsArePositive() {
    assertThrows(IllegalArgumentException.class, () -> new Linear("p", 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new SparseLinear("q", 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Gaussian(0));
  }

  @Test
  void layersAreCopied() {
    List<LayerSpec> layers = new ArrayList<>(List.of(FIRST, LAST, LOSS));
    Model model = new Model(layers, 0);
    layers.clear();
    assertEquals(3, model.layers().size());
  }
}
