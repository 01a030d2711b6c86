package dev.elbo.recommend;

import dev.elbo.engine.Ranked;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.ModelOptions;
import dev.elbo.train.SavedModel;
import java.util.List;

/** Items that a model treats alike. */
public interface SimilarItems {

  /**
   * The items nearest to one.
   *
   * @param item the item; it is not among them
   * @param k how many
   * @return the items, best first
   */
  List<Ranked> nearest(int item, int k);

  /**
   * Those of a trained model: by the cosine of the decoder's item vectors, or as the baseline has
   * it.
   *
   * @throws dev.elbo.ElboException if the model reads items' rows, or its baseline has no such
   *     thing
   */
  static SimilarItems of(SavedModel saved) {
    saved.requireUsersRows();
    return switch (saved.description().model()) {
      case ModelOptions _ -> new ItemVectors(saved.model(), saved.parameters());
      case BaselineOptions _ -> saved.baseline()::nearest;
    };
  }
}
