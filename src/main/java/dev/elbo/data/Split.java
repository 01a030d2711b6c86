package dev.elbo.data;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.ElboException;

/**
 * How interactions are divided into what a model is trained on and what it is judged on ({@code
 * data.split} does it). All randomness is NumPy's legacy generator, so the same seed gives the same
 * split everywhere.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Split.Strong.class, name = "strong"),
  @JsonSubTypes.Type(value = Split.Weak.class, name = "weak"),
  @JsonSubTypes.Type(value = Split.Temporal.class, name = "temporal"),
  @JsonSubTypes.Type(value = Split.None.class, name = "none")
})
public sealed interface Split {

  /**
   * Strong generalisation, exactly as Liang et al. 2018 and their code (<a
   * href="https://github.com/dawenl/vae_cf">vae_cf</a>) do it: validation and test users are not
   * trained on. Users are sorted by id, as pandas sorts the column ({@link dev.elbo.data.IdType}),
   * and permuted; the last are test users, those before them validation users. Items are those of
   * the training users; a held-out user's events on other items are dropped. Of a held-out user
   * with at least 5 items left, {@code (int) (holdout * n)} are drawn and held out; the generator
   * is seeded anew for validation and for test, and goes through the users by ascending id.
   *
   * <p>The result is theirs bit for bit if no user has an item twice, and every id is written in
   * one way only. Their notebook keeps repeated events, and counts and draws each of them; {@link
   * dev.elbo.data.read.RatingsReader} keeps the last. pandas takes {@code 7} and {@code 7.0} for
   * one user, and has no user {@code NA}.
   *
   * @param heldOutUsers how many validation users, and test users
   * @param holdout fraction of a held-out user's items that is held out, between 0 and 1
   * @param seed from 0 to 2^32 - 1
   */
  record Strong(HeldOutUsers heldOutUsers, double holdout, long seed) implements Split {
    /**
     * Checks the options.
     *
     * @throws ElboException if one is out of range
     */
    public Strong {
      checkHoldout(holdout, 1);
      requireSeed("seed", seed);
    }
  }

  /**
   * Weak generalisation: records are divided at random, all users are trained on. Of the permuted
   * records the last {@code (int) (holdout * n)} are held out for test, {@code (int) (validation *
   * n)} before them for validation; those on items that no training record has are dropped, unless
   * they have ratings. Everybody's fold-in is their training items.
   *
   * @param holdout fraction of all records for test, between 0 and 0.5
   * @param validation fraction of all records for validation, between 0 and 0.5; null, as in files
   *     of versions that had no choice, for as much as for test
   * @param seed from 0 to 2^32 - 1
   */
  record Weak(double holdout, @JsonSetter(nulls = Nulls.SET) Double validation, long seed)
      implements Split {
    /**
     * Checks the options.
     *
     * @throws ElboException if one is out of range
     */
    public Weak {
      validation = validation == null ? Double.valueOf(holdout) : validation;
      checkHoldout(holdout, 0.5);
      if (!(validation > 0 && validation < 0.5)) {
        throw new ElboException(
            "validation: expected a fraction between 0 and 0.5, found '%s'".formatted(validation));
      }
      requireSeed("seed", seed);
    }

    /** As much for validation as for test. */
    public Weak(double holdout, long seed) {
      this(holdout, holdout, seed);
    }
  }

  /**
   * Held-out users as in {@link Strong}, but what is held out of their items is the latest: in the
   * order of time, ties in the order of the file, the last {@code (int) (holdout * n)} of at least
   * 5. The data keeps that order, for models that read it.
   *
   * @param heldOutUsers how many validation users, and test users
   * @param holdout fraction of a held-out user's items that is held out, between 0 and 1
   * @param seed from 0 to 2^32 - 1
   */
  record Temporal(HeldOutUsers heldOutUsers, double holdout, long seed) implements Split {
    /**
     * Checks the options.
     *
     * @throws ElboException if one is out of range
     */
    public Temporal {
      checkHoldout(holdout, 1);
      requireSeed("seed", seed);
    }
  }

  /**
   * Everything is trained on, by ascending ids of users, and nothing is left to judge a model on:
   * for one whose options are known to be good. The data keeps the order of time, if there is one.
   */
  record None() implements Split {}

  /**
   * Checks that a number is a seed of NumPy's legacy generator.
   *
   * @param name of the number
   * @param seed the number
   * @return the number
   * @throws ElboException if it is not from 0 to 2^32 - 1
   */
  static long requireSeed(String name, long seed) {
    if (seed < 0 || seed > 0xffffffffL) {
      throw new ElboException(
          "%s: expected a number from 0 to 4294967295, found '%d'".formatted(name, seed));
    }
    return seed;
  }

  private static void checkHoldout(double holdout, double limit) {
    if (!(holdout > 0 && holdout < limit)) {
      throw new ElboException(
          "holdout: expected a fraction between 0 and %s, found '%s'".formatted(limit, holdout));
    }
  }
}
