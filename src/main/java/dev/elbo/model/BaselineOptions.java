package dev.elbo.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What makes a baseline: its numbers, of which the defaults were chosen on MovieLens-1M. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "model")
@JsonSubTypes({
  @JsonSubTypes.Type(value = BaselineOptions.Popularity.class, name = "popularity"),
  @JsonSubTypes.Type(value = BaselineOptions.Ease.class, name = "ease"),
  @JsonSubTypes.Type(value = BaselineOptions.Edlae.class, name = "edlae"),
  @JsonSubTypes.Type(value = BaselineOptions.Dlae.class, name = "dlae"),
  @JsonSubTypes.Type(value = BaselineOptions.Rdlae.class, name = "rdlae"),
  @JsonSubTypes.Type(value = BaselineOptions.SparseRdlae.class, name = "sparse-rdlae"),
  @JsonSubTypes.Type(value = BaselineOptions.ItemKnn.class, name = "item-knn"),
  @JsonSubTypes.Type(value = BaselineOptions.Ials.class, name = "ials")
})
public sealed interface BaselineOptions extends ModelDescription {

  /** Which one. */
  Baseline baseline();

  /** The seed of all that is drawn; 0 if nothing is. */
  default long seed() {
    return 0;
  }

  /** The defaults of a baseline. */
  static BaselineOptions of(Baseline baseline) {
    return switch (baseline) {
      case POPULARITY -> new Popularity();
      case EASE -> new Ease(700);
      case EDLAE -> new Edlae(400, 0.33);
      case DLAE -> new Dlae(400, 0.33);
      case RDLAE -> new Rdlae(400, 0.33, 0.3);
      case SPARSE_RDLAE -> new SparseRdlae(400, 0.33, 0.3, 100);
      case ITEM_KNN -> new ItemKnn(20, 0);
      case IALS -> new Ials(128, 0.2, 0.008, 1, 8, 98765);
    };
  }

  /** Popularity has no numbers. */
  record Popularity() implements BaselineOptions {
    @Override
    public Baseline baseline() {
      return Baseline.POPULARITY;
    }
  }

  /** A linear autoencoder. */
  sealed interface Linear extends BaselineOptions {

    /** Lambda of {@code lambda * ||B||^2}, above 0. */
    double l2();

    /** Share of the input that training drops, in [0, 1). */
    double dropout();

    /** The most that an item may weigh in its own score, in [0, 1]; 1 is no constraint. */
    double xi();

    private static void requireRanges(double l2, double dropout, double xi) {
      requirePositive("l2", l2);
      require(dropout >= 0 && dropout < 1, "dropout", "a number from 0 to below 1", dropout);
      require(xi >= 0 && xi <= 1, "xi", "a number from 0 to 1", xi);
    }
  }

  /**
   * EASE (Steck 2019).
   *
   * @param l2 lambda of {@code lambda * ||B||^2}, above 0
   */
  record Ease(double l2) implements Linear {
    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Ease {
      Linear.requireRanges(l2, 0, 0);
    }

    @Override
    public Baseline baseline() {
      return Baseline.EASE;
    }

    @Override
    public double dropout() {
      return 0;
    }

    @Override
    public double xi() {
      return 0;
    }
  }

  /**
   * EDLAE (Steck 2020).
   *
   * @param l2 lambda of {@code lambda * ||B||^2}, above 0
   * @param dropout share of the input that training drops, in [0, 1)
   */
  record Edlae(double l2, double dropout) implements Linear {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Edlae {
      Linear.requireRanges(l2, dropout, 0);
    }

    @Override
    public Baseline baseline() {
      return Baseline.EDLAE;
    }

    @Override
    public double xi() {
      return 0;
    }
  }

  /**
   * DLAE (Moon, Kim and Lee 2023).
   *
   * @param l2 lambda of {@code lambda * ||B||^2}, above 0
   * @param dropout share of the input that training drops, in [0, 1)
   */
  record Dlae(double l2, double dropout) implements Linear {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Dlae {
      Linear.requireRanges(l2, dropout, 1);
    }

    @Override
    public Baseline baseline() {
      return Baseline.DLAE;
    }

    @Override
    public double xi() {
      return 1;
    }
  }

  /**
   * RDLAE (Moon, Kim and Lee 2023).
   *
   * @param l2 lambda of {@code lambda * ||B||^2}, above 0
   * @param dropout share of the input that training drops, in [0, 1)
   * @param xi the most that an item may weigh in its own score, in [0, 1]
   */
  record Rdlae(double l2, double dropout, double xi) implements Linear {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Rdlae {
      Linear.requireRanges(l2, dropout, xi);
    }

    @Override
    public Baseline baseline() {
      return Baseline.RDLAE;
    }
  }

  /**
   * RDLAE through a sparse approximate inverse.
   *
   * @param l2 lambda of {@code lambda * ||B||^2}, above 0
   * @param dropout share of the input that training drops, in [0, 1)
   * @param xi the most that an item may weigh in its own score, in [0, 1]
   * @param neighbours how many more popular items explain an item, at most, 1 or more
   */
  record SparseRdlae(double l2, double dropout, double xi, int neighbours) implements Linear {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public SparseRdlae {
      Linear.requireRanges(l2, dropout, xi);
      requireAtLeastOne("neighbours", neighbours);
    }

    @Override
    public Baseline baseline() {
      return Baseline.SPARSE_RDLAE;
    }
  }

  /**
   * The nearest neighbours of items.
   *
   * @param neighbours how many neighbours an item has, 1 or more
   * @param shrink what is added to the cosine's denominator, 0 or more
   */
  record ItemKnn(int neighbours, double shrink) implements BaselineOptions {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public ItemKnn {
      requireAtLeastOne("neighbours", neighbours);
      requireNotNegative("shrink", shrink);
    }

    @Override
    public Baseline baseline() {
      return Baseline.ITEM_KNN;
    }
  }

  /**
   * Implicit alternating least squares.
   *
   * @param latent length of a user's or an item's vector, 1 or more
   * @param unobservedWeight alpha_0, the weight of {@code score^2} for every pair of user and item,
   *     above 0; that of an observed pair's error is 1
   * @param l2 lambda, the weight of the regularisation, above 0
   * @param frequencyPower nu: a vector's regularisation grows with this power of the weights in its
   *     row, 0 or more; with 0 it is the same for all
   * @param epochs how often all users and all items are solved, 1 or more
   * @param seed of the items' initial values
   */
  record Ials(
      int latent, double unobservedWeight, double l2, double frequencyPower, int epochs, long seed)
      implements BaselineOptions {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Ials {
      requireAtLeastOne("latent", latent);
      requirePositive("unobservedWeight", unobservedWeight);
      requirePositive("l2", l2);
      requireNotNegative("frequencyPower", frequencyPower);
      requireAtLeastOne("epochs", epochs);
    }

    @Override
    public Baseline baseline() {
      return Baseline.IALS;
    }
  }

  private static void requireAtLeastOne(String name, int value) {
    require(value >= 1, name, "a whole number from 1", value);
  }

  private static void requirePositive(String name, double value) {
    require(value > 0 && value < Float.MAX_VALUE, name, "a finite number above 0", value);
  }

  private static void requireNotNegative(String name, double value) {
    require(
        value >= 0 && value < Double.POSITIVE_INFINITY, name, "a finite number from 0 on", value);
  }

  private static void require(boolean inRange, String name, String expected, Number found) {
    if (!inRange) {
      throw new IllegalArgumentException(
          "%s: expected %s, found %s".formatted(name, expected, found));
    }
  }
}
