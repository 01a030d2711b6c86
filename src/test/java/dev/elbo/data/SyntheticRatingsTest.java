package dev.elbo.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SyntheticRatingsTest {

  @Test
  void aFunctionOfTheSeed() {
    Interactions first = new SyntheticRatings(20, 30, 1).draw();
    Interactions again = new SyntheticRatings(20, 30, 1).draw();
    assertArrayEquals(first.users(), again.users());
    assertArrayEquals(first.items(), again.items());
    assertFalse(Arrays.equals(first.items(), new SyntheticRatings(20, 30, 2).draw().items()));
  }

  @Test
  void everyUserHasSomeItemsAndEachOnce() {
    Interactions drawn = new SyntheticRatings(50, 60, 1).draw();
    CsrMatrix matrix = CsrMatrix.of(50, 60, drawn.users(), drawn.items());
    assertEquals(drawn.size(), matrix.size(), "no pair twice");
    for (int user = 0; user < 50; user++) {
      assertTrue(matrix.size(user) >= 10 && matrix.size(user) <= 30);
    }
    assertEquals("1", drawn.userIds().getFirst());
    assertEquals("60", drawn.itemIds().getLast());
  }

  /** The first item of each user is a draw from the softmax of the user's logits. */
  @Test
  void drawsFollowTheKnownDistribution() {
    int users = 2000;
    var ratings = new SyntheticRatings(users, 20, 3);
    Interactions drawn = ratings.draw();
    double expected = 0;
    double variance = 0;
    int hits = 0;
    for (int event = 0; event < drawn.size(); event++) {
      int user = drawn.users()[event];
      if (event > 0 && drawn.users()[event - 1] == user) {
        continue;
      }
      double[] logits = ratings.logits(user);
      double max = DoubleStream.of(logits).max().getAsDouble();
      double likeliest = 1 / DoubleStream.of(logits).map(logit -> Math.exp(logit - max)).sum();
      expected += likeliest;
      variance += likeliest * (1 - likeliest);
      hits += logits[drawn.items()[event]] == max ? 1 : 0;
    }
    assertEquals(expected, hits, 4 * Math.sqrt(variance));
  }
}
