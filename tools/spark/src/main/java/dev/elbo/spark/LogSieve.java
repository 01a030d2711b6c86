package dev.elbo.spark;

import dev.elbo.data.Sieve;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/** Events on executors, in blocks that have all events of their users. */
final class LogSieve implements Sieve {

  private final boolean hasRatings;
  private final Left all;
  private JavaRDD<EventBlock> kept;

  /**
   * @param all the events, persisted
   * @param hasRatings whether they have ratings
   */
  LogSieve(JavaRDD<EventBlock> all, boolean hasRatings) {
    this.kept = all;
    this.hasRatings = hasRatings;
    this.all = count(all);
  }

  /** What is left. */
  JavaRDD<EventBlock> kept() {
    return kept;
  }

  @Override
  public boolean hasRatings() {
    return hasRatings;
  }

  @Override
  public Left all() {
    return all;
  }

  @Override
  public Left keepRated(float least) {
    return keep(kept.map(block -> some(block, event -> block.ratings()[event] >= least)));
  }

  @Override
  public Left keepUsers(int least) {
    return keep(
        kept.map(
            block -> {
              int[] counts = counts(block.users(), block.userIds().length);
              return some(block, event -> counts[block.users()[event]] >= least);
            }));
  }

  @Override
  public Left keepItems(int least) {
    Set<String> rare =
        Set.copyOf(
            kept.flatMapToPair(LogSieve::itemCounts)
                .reduceByKey(Integer::sum)
                .filter(item -> item._2 < least)
                .keys()
                .collect());
    Broadcast<Set<String>> gone = JavaSparkContext.fromSparkContext(kept.context()).broadcast(rare);
    return keep(
        kept.map(
            block -> {
              var stays = new BitSet();
              for (int item = 0; item < block.itemIds().length; item++) {
                stays.set(item, !gone.value().contains(block.itemIds()[item]));
              }
              return some(block, event -> stays.get(block.items()[event]));
            }));
  }

  private static Iterator<Tuple2<String, Integer>> itemCounts(EventBlock block) {
    int[] counts = counts(block.items(), block.itemIds().length);
    return IntStream.range(0, counts.length)
        .mapToObj(item -> new Tuple2<>(block.itemIds()[item], counts[item]))
        .iterator();
  }

  private static int[] counts(int[] column, int size) {
    int[] counts = new int[size];
    for (int number : column) {
      counts[number]++;
    }
    return counts;
  }

  private static EventBlock some(EventBlock block, java.util.function.IntPredicate stays) {
    return block.inOrder(IntStream.range(0, block.size()).filter(stays).toArray());
  }

  private Left keep(JavaRDD<EventBlock> left) {
    JavaRDD<EventBlock> before = kept;
    kept = left.persist(StorageLevel.MEMORY_AND_DISK());
    Left counts = count(kept);
    before.unpersist();
    return counts;
  }

  private static Left count(JavaRDD<EventBlock> events) {
    Tuple2<Long, Integer> sizes =
        events
            .map(block -> new Tuple2<>((long) block.size(), block.userIds().length))
            .fold(new Tuple2<>(0L, 0), (a, b) -> new Tuple2<>(a._1 + b._1, a._2 + b._2));
    long items =
        events.flatMap(block -> Arrays.asList(block.itemIds()).iterator()).distinct().count();
    return new Left(sizes._1, sizes._2, Math.toIntExact(items));
  }
}
