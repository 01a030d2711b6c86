package dev.elbo.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What makes a baseline: its numbers, of which the defaults were chosen on MovieLens-1M. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "model")
@JsonSubTypes({
  @JsonSubTypes.Type(value = BaselineOptions.Popularity.class, name = "popularity"),
  @JsonSubTypes.Type(value = BaselineOptions.Ease.class, name = "ease"),
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

  /**
   * EASE (Steck 2019).
   *
   * @param l2 lambda of {@code lambda * ||B||^2}
   */
  record Ease(double l2) implements BaselineOptions {
    @Override
    public Baseline baseline() {
      return Baseline.EASE;
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
