package dev.elbo.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.audit.definition.Definition;
import dev.elbo.audit.definition.Definitions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class JudgedListTest {

  /**
   * Where recommendations are tied, every order of them is as likely as any other: the expected
   * value is the mean over all orders, and no order is better than the best or worse than the
   * worst.
   */
  @Property(seed = "1", tries = 300)
  void expectedBestAndWorstAreThoseOfAllOrders(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 7) int k) {
    JudgedList list = draw(random);
    List<JudgedList> orders = orders(list);
    for (AccuracyMetric metric : metrics(k)) {
      double[] values = orders.stream().mapToDouble(metric::of).toArray();
      double mean = Arrays.stream(values).average().orElseThrow();
      assertEquals(mean, metric.expected(list), 1e-12, metric::toString);
      List<JudgedList> extremes = list.extremes(k);
      assertEquals(
          Arrays.stream(values).max().orElseThrow(),
          extremes.stream().mapToDouble(metric::of).max().orElseThrow(),
          1e-12,
          metric::toString);
      assertEquals(
          Arrays.stream(values).min().orElseThrow(),
          extremes.stream().mapToDouble(metric::of).min().orElseThrow(),
          1e-12,
          metric::toString);
    }
  }

  /** The metrics of every definition, graded ones among them. */
  private static List<AccuracyMetric> metrics(int k) {
    return Definitions.every().stream()
        .map(Definition::at)
        .map(at -> at.apply(k))
        .filter(AccuracyMetric.class::isInstance)
        .map(AccuracyMetric.class::cast)
        .toList();
  }

  /** Up to six recommendations, in groups of up to four, worth up to 3. */
  private static JudgedList draw(Random random) {
    int given = 1 + random.nextInt(6);
    double[] gains = new double[given];
    List<Double> heldOut = new ArrayList<>();
    for (int n = 0; n < given; n++) {
      gains[n] = random.nextBoolean() ? 0 : 1 + random.nextInt(3);
      if (gains[n] > 0) {
        heldOut.add(gains[n]);
      }
    }
    for (int missed = random.nextInt(3); missed >= 0; missed--) {
      heldOut.add(1.0 + random.nextInt(3));
    }
    List<Integer> ends = new ArrayList<>();
    for (int end = 0; end < given; ) {
      end = Math.min(given, end + 1 + random.nextInt(4));
      ends.add(end);
    }
    double[] descending =
        heldOut.stream().mapToDouble(gain -> -gain).sorted().map(gain -> -gain).toArray();
    return new JudgedList(gains, ends.stream().mapToInt(end -> end).toArray(), descending);
  }

  private static List<JudgedList> orders(JudgedList list) {
    List<double[]> orders = List.of(list.gains());
    int start = 0;
    for (int end : list.ends()) {
      List<double[]> more = new ArrayList<>();
      for (double[] order : orders) {
        permute(order.clone(), start, end, more);
      }
      orders = more;
      start = end;
    }
    int[] ends = JudgedList.of(new int[0], 1, list.given()).ends();
    return orders.stream().map(gains -> new JudgedList(gains, ends, list.heldOut())).toList();
  }

  private static void permute(double[] gains, int from, int end, List<double[]> all) {
    if (from >= end - 1) {
      all.add(gains.clone());
      return;
    }
    for (int n = from; n < end; n++) {
      swap(gains, from, n);
      permute(gains, from + 1, end, all);
      swap(gains, from, n);
    }
  }

  private static void swap(double[] gains, int a, int b) {
    double swapped = gains[a];
    gains[a] = gains[b];
    gains[b] = swapped;
  }
}
