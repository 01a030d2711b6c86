package dev.elbo.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The layers of a model, from a user's items to a number for each item.
 *
 * @param items number of items, {@code I}
 * @param encoder from the items to what the decoder reads, or to mean and log-variance of that
 * @param latent the stochastic layer between the two; empty in a model without
 * @param decoder to an output for each item
 */
public record Network(
    int items,
    List<LayerSpec> encoder,
    Optional<LayerSpec.Gaussian> latent,
    List<LayerSpec> decoder) {

  /** What an update may change by itself. */
  public enum Block {
    /** All layers up to the latent one, with the mean and the log-variance that it reads. */
    ENCODER,
    /** All layers after it. */
    DECODER
  }

  /**
   * Checks that each layer takes what the one before it gives, and that names are given once.
   *
   * @throws IllegalArgumentException if one does not, naming it
   */
  public Network {
    encoder = List.copyOf(encoder);
    decoder = List.copyOf(decoder);
    if (Stream.concat(encoder.stream(), decoder.stream())
        .anyMatch(LayerSpec.Gaussian.class::isInstance)) {
      throw new IllegalArgumentException("the latent layer stands between encoder and decoder");
    }
    output(items, layers(encoder, latent, decoder));
    Set<String> names = new HashSet<>();
    for (LayerSpec layer : layers(encoder, latent, decoder)) {
      for (ParameterSpec parameter : layer.parameters()) {
        if (!names.add(parameter.name())) {
          throw new IllegalArgumentException("two tensors have the name " + parameter.name());
        }
      }
    }
  }

  private static List<LayerSpec> layers(
      List<LayerSpec> encoder, Optional<LayerSpec.Gaussian> latent, List<LayerSpec> decoder) {
    List<LayerSpec> layers = new ArrayList<>(encoder);
    latent.ifPresent(layers::add);
    layers.addAll(decoder);
    return List.copyOf(layers);
  }

  private static Shape output(int items, List<LayerSpec> layers) {
    Shape shape = new Shape.Items(items);
    for (int n = 0; n < layers.size(); n++) {
      LayerSpec layer = layers.get(n);
      Shape input = shape;
      int position = n;
      shape =
          layer
              .after(input)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "layer %d, %s, cannot take %s".formatted(position, layer, input)));
    }
    return shape;
  }

  /** All layers in forward order. Their positions are the keys of their noise. */
  public List<LayerSpec> layers() {
    return layers(encoder, latent, decoder);
  }

  /** What the last layer gives. */
  public Shape output() {
    return output(items, layers());
  }

  /** What training changes, in forward order. */
  public List<ParameterSpec> parameters() {
    return Stream.of(Block.values()).flatMap(block -> parameters(block).stream()).toList();
  }

  /** What training changes in one block, in forward order. */
  public List<ParameterSpec> parameters(Block block) {
    List<LayerSpec> layers =
        switch (block) {
          case ENCODER -> encoder;
          case DECODER -> decoder;
        };
    return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
  }
}
