package dev.elbo.verify;

import dev.elbo.gradients.ModelCase;
import dev.elbo.model.Objective.MultinomialLoss;
import java.util.List;
import java.util.stream.Stream;

/**
 * Something that implementations of a model get wrong, at one place. {@link Replay} computes what
 * comes out of it.
 *
 * @param kind what is wrong
 * @param at the layer or tensor where it is wrong; empty if there is only one such place
 */
public record Mistake(Kind kind, String at) {

  /** A mistake of which a model has one place only. */
  static Mistake of(Kind kind) {
    return new Mistake(kind, "");
  }

  /** All known mistakes in a case; none are known but in Mult-VAE, Mult-DAE and RecVAE. */
  public static List<Mistake> all(GoldenCase golden) {
    return golden.model().objective().reconstruction() instanceof MultinomialLoss
        ? Stream.of(Kind.values())
            .flatMap(kind -> kind.scope.places(golden.model()).map(at -> new Mistake(kind, at)))
            .toList()
        : List.of();
  }

  /** What an implementation with this mistake, too, asks of the reference engine. */
  ModelCase in(ModelCase asked) {
    return kind.change.in(asked, at);
  }

  /** The mistake in words. */
  public String says() {
    return kind.words.formatted(at);
  }

  @Override
  public String toString() {
    return at.isEmpty() ? kind.name() : kind + " " + at;
  }
}
