package dev.elbo.testing;

import dev.elbo.data.DataDescription;
import dev.elbo.data.Filter;
import dev.elbo.data.HeldOutUsers;
import dev.elbo.data.Interactions;
import dev.elbo.data.PreparedData;
import dev.elbo.data.Split;
import dev.elbo.data.SyntheticRatings;

/** Prepared data of made-up ratings, small enough to train on in a test. */
public final class SyntheticData {

  private SyntheticData() {}

  /** 60 users, of whom 36 are trained on, and about 30 items. */
  public static PreparedData small() {
    Interactions drawn = new SyntheticRatings(60, 30, 7).draw();
    return new Split.Strong(new HeldOutUsers(12), 0.3, 1)
        .apply(
            drawn,
            new DataDescription.Source("made up", "none", "none", drawn.size(), 60, 30, 0),
            new Filter(4, 0, 5, false));
  }
}
