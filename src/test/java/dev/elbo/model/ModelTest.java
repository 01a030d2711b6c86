package dev.elbo.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.model.LayerSpec.Dropout;
import dev.elbo.model.LayerSpec.Embedding;
import dev.elbo.model.LayerSpec.Gaussian;
import dev.elbo.model.LayerSpec.Gru;
import dev.elbo.model.LayerSpec.L2Normalize;
import dev.elbo.model.LayerSpec.LayerNorm;
import dev.elbo.model.LayerSpec.Linear;
import dev.elbo.model.LayerSpec.ObservedLinear;
import dev.elbo.model.LayerSpec.Residual;
import dev.elbo.model.LayerSpec.Residual.Block;
import dev.elbo.model.LayerSpec.SparseLinear;
import dev.elbo.model.LayerSpec.Swish;
import dev.elbo.model.LayerSpec.Tanh;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.Objective.MultinomialLoss;
import dev.elbo.model.Objective.NextItemsLoss;
import dev.elbo.model.Objective.Reconstruction;
import dev.elbo.model.Objective.SquaredError;
import dev.elbo.model.Objective.StandardNormal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {

  private static final int ITEMS = 9;
  private static final SparseLinear FIRST = new SparseLinear("q_layers.0", ITEMS, 4);
  private static final Linear LAST = new Linear("p_layers.0", 4, ITEMS);

  private static Network network(LayerSpec... layers) {
    return new Network(ITEMS, List.of(layers), Optional.empty(), List.of());
  }

  private static Model model(Reconstruction loss, LayerSpec... layers) {
    return new Model(network(layers), new Objective(loss, new StandardNormal(), 0));
  }

  @Test
  void knowsItsItemsAndNamesItsActivations() {
    Model model = model(new MultinomialLoss(), new L2Normalize(), FIRST, new Tanh(), LAST);
    assertEquals(ITEMS, model.items());
    assertEquals(List.of(FIRST, LAST), model.affineLayers());
    assertEquals("0.L2Normalize", model.activationName(0));
    assertEquals("4.MultinomialLoss", model.activationName(4));
    assertEquals("p_layers.0.weight", LAST.weight());
    assertEquals("p_layers.0.bias", LAST.bias());
  }

  @Test
  void layersComeInTheOrderOfComputationAndTheirParametersByBlock() {
    Linear decoder = new Linear("p_layers.0", 2, ITEMS);
    Network network =
        new Network(ITEMS, List.of(FIRST), Optional.of(new Gaussian(2)), List.of(decoder));
    assertEquals(List.of(FIRST, new Gaussian(2), decoder), network.layers());
    assertEquals(FIRST.parameters(), network.parameters(Network.Block.ENCODER));
    assertEquals(decoder.parameters(), network.parameters(Network.Block.DECODER));
    assertEquals(
        List.of("q_layers.0.weight", "q_layers.0.bias", "p_layers.0.weight", "p_layers.0.bias"),
        network.parameters().stream().map(ParameterSpec::name).toList());
  }

  @Test
  void aLayerThatDoesNotFitIsNamed() {
    assertRefused(
        "layer 1, Linear[name=p, in=5, out=9], cannot take a dense input of width 4",
        FIRST,
        new Linear("p", 5, 9));
    assertRefused("the latent layer stands between", FIRST, new Gaussian(2));
    assertRefused("layer 0, Linear", LAST); // the input is sparse
    assertRefused("layer 1, L2Normalize", FIRST, new L2Normalize());
    assertRefused("layer 2, SparseLinear", FIRST, LAST, FIRST);
    assertRefused("layer 0, SparseLinear", new SparseLinear("q", 8, 4)); // 8 of 9 items
    assertRefused("layer 1, Tanh", new Embedding("e", ITEMS, 4), new Tanh()); // before the GRU
    assertRefused("layer 2, Linear", FIRST, new ObservedLinear("o", 4, ITEMS), LAST);
    assertRefused(
        "layer 2, Gru", new Embedding("e", ITEMS, 4), new Gru("g", 4, 4), new Gru("h", 4, 4));
    assertRefused("layer 1, LayerNorm", FIRST, new LayerNorm("n", 5, 0.1));
  }

  private static void assertRefused(String message, LayerSpec... layers) {
    var error = assertThrows(IllegalArgumentException.class, () -> network(layers));
    assertTrue(error.getMessage().contains(message), error::getMessage);
  }

  @Test
  void aLossThatDoesNotFitIsNamed() {
    assertRefused("MultinomialLoss of 9 items", new MultinomialLoss(), FIRST); // 4 logits
    assertRefused("SquaredError of 9 items", new SquaredError(), FIRST);
    assertRefused("NextItemsLoss of 9 items", new NextItemsLoss(1, 0), FIRST, LAST);
    assertRefused("MultinomialLoss of 9 items", new MultinomialLoss());
    assertRefused(
        "MultinomialLoss of 9 items",
        new MultinomialLoss(),
        new Embedding("e", ITEMS, 4),
        new Gru("g", 4, 4),
        LAST);
  }

  private static void assertRefused(String message, Reconstruction loss, LayerSpec... layers) {
    var error = assertThrows(IllegalArgumentException.class, () -> model(loss, layers));
    assertTrue(error.getMessage().contains(message), error::getMessage);
  }

  /** Neither has a parameter, and both keep zeros at zero. */
  @Test
  void dropoutAndTanhTakeASparseAndADenseInput() {
    Dropout half = new Dropout(0.5);
    Tanh tanh = new Tanh();
    LayerSpec[] layers = {half, tanh, FIRST, tanh, half, LAST};
    assertEquals(List.of(layers), model(new MultinomialLoss(), layers).layers());
  }

  @Test
  void aBlockOfSkipConnectionsKeepsItsWidth() {
    Block block =
        new Block(new Linear("fc2", 4, 4), List.of(new Swish(), new LayerNorm("ln2", 4, 0.1)));
    Residual skips = new Residual(List.of(block));
    assertEquals(
        List.of("fc2.weight", "fc2.bias", "ln2.weight", "ln2.bias"),
        skips.parameters().stream().map(ParameterSpec::name).toList());
    assertEquals(List.of(FIRST, skips, LAST), network(FIRST, skips, LAST).layers());
    Residual wider = new Residual(List.of(new Block(new Linear("fc2", 4, 5), List.of())));
    assertRefused("layer 1, Residual", FIRST, wider);
  }

  /** Tensors are found by the name, so two of one name would be one. */
  @Test
  void namesAreGivenOnce() {
    Linear twice = new Linear(FIRST.name(), 4, 9);
    assertRefused("two tensors have the name q_layers.0.weight", FIRST, twice);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY})
  void weightDecayIsAFiniteNumberThatIsNotNegative(double weightDecay) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Objective(new MultinomialLoss(), new StandardNormal(), weightDecay));
  }

  /** Matrices decay; biases and gains do not, wherever they stand. */
  @Test
  void aParameterSaysWhetherItDecays() {
    Network network = network(FIRST, new LayerNorm("ln", 4, 0.1), LAST);
    assertEquals(
        List.of("q_layers.0.weight", "p_layers.0.weight"),
        network.parameters().stream()
            .filter(ParameterSpec::decays)
            .map(ParameterSpec::name)
            .toList());
  }

  @Test
  void theWeightsOfAMixtureAreSharesOfOne() {
    assertEquals(0.75, Composite.SHENBIN.old());
    assertThrows(IllegalArgumentException.class, () -> new Composite(0.5, 0.5, 0.5, 10));
    assertThrows(IllegalArgumentException.class, () -> new Composite(0, 0.5, 0.5, 10));
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
    assertThrows(IllegalArgumentException.class, () -> new LayerNorm("n", 4, 0));
  }

  @Test
  void layersAreCopied() {
    List<LayerSpec> layers = new ArrayList<>(List.of(FIRST, LAST));
    Network network = new Network(ITEMS, layers, Optional.empty(), List.of());
    layers.clear();
    assertEquals(2, network.layers().size());
  }
}
