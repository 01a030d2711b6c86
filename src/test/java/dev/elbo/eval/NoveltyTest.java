package dev.elbo.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NoveltyTest {
  /** Of eight training users: all of them, half, two, one, and none. */
  private static final int[] POPULARITY = {8, 4, 2, 1, 0};

  private static double novelty(int... recommended) {
    return new Novelty(5).of(recommended, POPULARITY, 8);
  }

  @Test
  void whatEverybodyHasIsNoNews() {
    assertEquals(0, novelty(0), 1e-15);
  }

  @Test
  void isTheMeanOfTheBits() {
    assertEquals(1, novelty(1), 1e-15);
    assertEquals(2, novelty(2), 1e-15);
    assertEquals((0 + 1 + 2 + 3) / 4.0, novelty(3, 0, 1, 2), 1e-15);
  }

  @Test
  void whatNobodyHasCountsAsIfOneUserHadIt() {
    assertEquals(novelty(3), novelty(4));
  }

  @Test
  void nothingRecommendedIsZero() {
    assertEquals(0, novelty());
  }
}
