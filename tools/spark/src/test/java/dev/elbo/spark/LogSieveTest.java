package dev.elbo.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.data.Filter;
import dev.elbo.data.IdType;
import dev.elbo.data.Interactions;
import dev.elbo.data.Sieve.Left;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;

class LogSieveTest {

  /** Two users with two items each, one of which is the same. */
  private static final Interactions EVENTS =
      new Interactions(
          List.of("a", "b"),
          IdType.TEXT,
          List.of("x", "y", "z"),
          new int[] {0, 0, 1, 1},
          new int[] {0, 1, 0, 2},
          new float[0],
          new long[0]);

  /** Counting goes through all events of the log, and both a filter and its caller ask for it. */
  @Test
  void what_is_there_is_counted_once() {
    var spark = JavaSparkContext.fromSparkContext(Jobs.spark().sparkContext());
    LongAccumulator read = spark.sc().longAccumulator();
    JavaRDD<EventBlock> log =
        spark
            .parallelize(List.of(EventBlock.of(EVENTS, 0)), 1)
            .map(
                block -> {
                  read.add(1);
                  return block;
                });

    var sieve = new LogSieve(log, /* hasRatings= */ false);
    assertEquals(new Left(4, 2, 3), sieve.all());
    long once = read.value();
    new Filter(null, 0, 0, /* kCore= */ false).sift(sieve);
    assertEquals(once, read.value());
  }
}
