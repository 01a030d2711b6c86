package dev.elbo.testing;

import dev.elbo.data.DataDescription;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.data.Filter;
import dev.elbo.data.Filtered;
import dev.elbo.data.HeldOutUsers;
import dev.elbo.data.Interactions;
import dev.elbo.data.PreparedData;
import dev.elbo.data.Split;
import dev.elbo.data.SyntheticRatings;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.data.split.Partition;
import dev.elbo.gradients.check.RandomValues;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Prepared data of made-up ratings, small enough to train on in a test. */
public final class SyntheticData {

  private SyntheticData() {}

  /**
   * 60 users, of whom 36 are trained on, and about 30 items; each user's in an order of time that
   * says nothing.
   */
  public static PreparedData small() {
    PreparedData data = unordered();
    RandomGenerator random = new SplittableRandom(7);
    return new PreparedData(
        RandomValues.inRandomOrder(data.train(), random),
        data.trainUserIds(),
        data.itemIds(),
        inRandomOrder(data.validation(), random),
        inRandomOrder(data.test(), random),
        data.description());
  }

  private static EvaluationUsers inRandomOrder(EvaluationUsers users, RandomGenerator random) {
    return new EvaluationUsers(
        users.userIds(), RandomValues.inRandomOrder(users.foldIn(), random), users.heldOut());
  }

  /** The same without an order of time. */
  public static PreparedData unordered() {
    Interactions drawn = new SyntheticRatings(60, 30, 7).draw();
    return Partition.divide(
        new Filtered(new Filter(4, 0, 5, false), drawn, List.of()),
        new Split.Strong(new HeldOutUsers(12), 0.3, 1),
        new DataDescription.Source(
            "made up", "none", "none", drawn.size(), 60, 30, 0, 0L, ReadingOptions.DEFAULT, null));
  }
}
