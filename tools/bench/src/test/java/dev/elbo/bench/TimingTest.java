package dev.elbo.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TimingTest {

  @Test
  void summarises_runs_by_their_quartiles() {
    assertEquals(new Timing("a", 5, 1, 3, 2, 4), Timing.of("a", 5, 1, 4, 2, 3));
    assertEquals(new Timing("b", 2, 1, 1.5, 1.25, 1.75), Timing.of("b", 2, 1));
    assertEquals(new Timing("c", 1, 7, 7, 7, 7), Timing.of("c", 7));
  }
}
