package dev.elbo.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.eval.Estimate;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ValuesTest {

  private static final Estimate LOW = new Estimate(0.2, 0.01);
  private static final Estimate HIGH = new Estimate(0.3, 0.02);

  @Test
  void theScaleHoldsAllIntervals() {
    Values values = Values.of("ndcg@100", Arrays.asList(LOW, null, HIGH));
    assertEquals(0.2 - 1.96 * 0.01, values.low(), 1e-12);
    assertEquals(0.3 + 1.96 * 0.02, values.high(), 1e-12);
    assertTrue(values.header().markup().contains("0.180 – 0.339"), values.header().markup());
  }

  /** The scale is 106 units wide, from 3 to 109. */
  @Test
  void aBarIsTheIntervalOnTheScale() {
    String cell = new Values("ndcg@100", 0, 1).cell(new Estimate(0.5, 0.1)).markup();
    assertTrue(cell.contains("0.5000"), cell);
    assertTrue(cell.contains("± 0.1000"), cell);
    assertTrue(cell.contains("x1=\"35.2\" x2=\"76.8\""), cell);
    assertTrue(cell.contains("cx=\"56.0\""), cell);
  }

  @Test
  void whatHasNoErrorHasNoneAndWhatIsNotThereIsADash() {
    Values values = Values.of("gini@10", Arrays.asList(new Estimate(0.9, null), null));
    assertTrue(!values.cell(new Estimate(0.9, null)).markup().contains("±"));
    assertEquals("–", values.cell(null).markup());
  }
}
