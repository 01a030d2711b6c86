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
  @JsonSubTypes.Type(value = BaselineOptions.ItemKnn.class, name = "item-knn")
})
public sealed interface BaselineOptions extends ModelDescription {

  /** Which one. */
  Baseline baseline();

  /** The defaults of a baseline. */
  static BaselineOptions of(Baseline baseline) {
    return switch (baseline) {
      case POPULARITY -> new Popularity();
      case EASE -> new Ease(700);
      case EDLAE -> new Edlae(400, 0.33);
      case DLAE -> new Dlae(400, 0.33);
      case RDLAE -> new Rdlae(400, 0.33, 0.3);
      case ITEM_KNN -> new ItemKnn(20, 0);
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
  }

  /**
   * EASE (Steck 2019).
   *
   * @param l2 lambda of {@code lambda * ||B||^2}
   */
  record Ease(double l2) implements Linear {
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
   * @param l2 lambda of {@code lambda * ||B||^2}
   * @param dropout share of the input that training drops
   */
  record Edlae(double l2, double dropout) implements Linear {
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
   * @param l2 lambda of {@code lambda * ||B||^2}
   * @param dropout share of the input that training drops
   */
  record Dlae(double l2, double dropout) implements Linear {
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
   * @param l2 lambda of {@code lambda * ||B||^2}
   * @param dropout share of the input that training drops
   * @param xi the most that an item may weigh in its own score
   */
  record Rdlae(double l2, double dropout, double xi) implements Linear {
    @Override
    public Baseline baseline() {
      return Baseline.RDLAE;
    }
  }

  /**
   * The nearest neighbours of items.
   *
   * @param neighbours how many neighbours an item has
   * @param shrink what is added to the cosine's denominator
   */
  record ItemKnn(int neighbours, double shrink) implements BaselineOptions {
    @Override
    public Baseline baseline() {
      return Baseline.ITEM_KNN;
    }
  }
}
