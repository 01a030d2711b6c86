package dev.elbo.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.data.RatingScale;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.Objective.Prior;
import dev.elbo.model.Objective.StandardNormal;
import java.util.List;

/**
 * What makes one network of an architecture.
 *
 * @param architecture which model
 * @param hidden widths of the encoder's hidden layers from the input on; the decoder mirrors them
 * @param latent latent units, {@code K}
 * @param dropout share of the input that training drops
 * @param weightDecay lambda of {@code lambda * sum ||W||^2}
 * @param layout where the layers without parameters stand; {@code null} where an architecture
 *     leaves no choice
 * @param ratings the scale of the ratings that the model predicts; {@code null} if it ranks
 * @param sequence what a model of sequences has besides; {@code null} for all others
 * @param prior what the latent layer is held against; {@code null} where it is not stochastic
 * @param normEpsilon what layer normalisation adds to the variance; {@code null} where there is
 *     none
 */
public record ModelOptions(
    @JsonProperty("model") Architecture architecture,
    List<Integer> hidden,
    int latent,
    double dropout,
    double weightDecay,
    @JsonSetter(nulls = Nulls.SET) Layout layout,
    @JsonSetter(nulls = Nulls.SET) RatingScale ratings,
    @JsonSetter(nulls = Nulls.SET) SequenceOptions sequence,
    @JsonSetter(nulls = Nulls.SET) Prior prior,
    @JsonSetter(nulls = Nulls.SET) Double normEpsilon)
    implements ModelDescription {

  /**
   * Leaves out what the architecture does not have, and takes the authors' choice for what is
   * missing; the prior is then the standard normal.
   *
   * @throws IllegalArgumentException if there is a mixture without a latent layer to hold against
   *     it
   */
  public ModelOptions {
    hidden = List.copyOf(hidden);
    Layout usual = architecture.defaultLayout();
    layout = usual == null || layout == null ? usual : layout;
    SequenceOptions published = architecture.isSequential() ? SequenceOptions.SACHDEVA : null;
    sequence = published == null || sequence == null ? published : sequence;
    if (prior instanceof Composite && !architecture.isVariational()) {
      throw new IllegalArgumentException(architecture + " has no latent layer with a prior");
    }
    Prior standard = architecture.isVariational() ? new StandardNormal() : null;
    prior = standard == null || prior == null ? standard : prior;
    Double epsilon = architecture.defaultNormEpsilon();
    normEpsilon = epsilon == null || normEpsilon == null ? epsilon : normEpsilon;
  }

  /** A model of any kind whose prior, if it has one, is the standard normal. */
  public ModelOptions(
      Architecture architecture,
      List<Integer> hidden,
      int latent,
      double dropout,
      double weightDecay,
      Layout layout,
      RatingScale ratings,
      SequenceOptions sequence) {
    this(
        architecture,
        hidden,
        latent,
        dropout,
        weightDecay,
        layout,
        ratings,
        sequence,
        /* prior= */ null,
        /* normEpsilon= */ null);
  }

  /** RecVAE (Shenbin et al. 2020), or Mult-VAE with a mixture for its prior. */
  public static ModelOptions withMixture(
      Architecture architecture,
      List<Integer> hidden,
      int latent,
      double dropout,
      Composite mixture,
      Double normEpsilon) {
    return new ModelOptions(
        architecture,
        hidden,
        latent,
        dropout,
        /* weightDecay= */ 0,
        architecture.defaultLayout(),
        /* ratings= */ null,
        /* sequence= */ null,
        mixture,
        normEpsilon);
  }

  /** A model that ranks; one of sequences, as the paper has it. */
  public ModelOptions(
      Architecture architecture,
      List<Integer> hidden,
      int latent,
      double dropout,
      double weightDecay,
      Layout layout) {
    this(architecture, hidden, latent, dropout, weightDecay, layout, null, null);
  }

  /** A model with the authors' layout. */
  public ModelOptions(
      Architecture architecture,
      List<Integer> hidden,
      int latent,
      double dropout,
      double weightDecay) {
    this(architecture, hidden, latent, dropout, weightDecay, architecture.defaultLayout());
  }

  /** The same with a scale of ratings; null for none. */
  public ModelOptions with(RatingScale scale) {
    return new ModelOptions(
        architecture,
        hidden,
        latent,
        dropout,
        weightDecay,
        layout,
        scale,
        sequence,
        prior,
        normEpsilon);
  }

  /**
   * The model for a number of items.
   *
   * @param items number of items, {@code I}
   * @throws IllegalArgumentException if an option is out of range
   */
  public Model model(int items) {
    return new Model(
        architecture.network(items, this),
        new Objective(
            architecture.reconstruction(this),
            prior == null ? new StandardNormal() : prior,
            weightDecay));
  }
}
