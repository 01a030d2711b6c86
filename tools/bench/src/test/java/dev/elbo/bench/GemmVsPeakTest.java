package dev.elbo.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.bench.GemmVsPeak.Speed;
import java.util.List;
import org.junit.jupiter.api.Test;

class GemmVsPeakTest {

  private static final Speed PEAK = speed("peak: chains", 2);

  /** Of 2 GFLOP in some seconds. */
  private static Speed speed(String name, double... seconds) {
    return Speed.of(Timing.of(name, seconds), 2e9);
  }

  @Test
  void the_fastest_run_counts() {
    assertEquals(new Speed("a", 3, 2, 1, 0.8, 4 / 3.0), speed("a", 1, 2, 3));
  }

  @Test
  void products_below_the_peak_pass() {
    assertDoesNotThrow(() -> GemmVsPeak.requireBound(List.of(PEAK, speed("a", 2), speed("b", 3))));
  }

  @Test
  void a_product_above_the_peak_is_an_error() {
    var e =
        assertThrows(
            ElboException.class,
            () -> GemmVsPeak.requireBound(List.of(PEAK, speed("a", 3), speed("b", 4, 1.6))));
    assertTrue(
        e.getMessage().startsWith("b reached 1.3 GFLOP/s, and the peak: chains only 1.0"),
        e.getMessage());
  }
}
