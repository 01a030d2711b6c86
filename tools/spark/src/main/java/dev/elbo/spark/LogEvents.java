package dev.elbo.spark;

import dev.elbo.cli.options.PreparingArguments;
import dev.elbo.cli.terminal.PreparedSummary.Ratings;
import dev.elbo.data.DataDescription;
import dev.elbo.data.Dropped;
import dev.elbo.data.Filter;
import dev.elbo.data.Filtered;
import dev.elbo.data.IdType;
import dev.elbo.data.Interactions;
import dev.elbo.data.RatingScale;
import dev.elbo.data.Sieve;
import dev.elbo.data.read.InteractionsJoiner;
import dev.elbo.data.read.Provenance;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.data.split.Partition;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Events of logs on executors, one for each user and item. The driver has the ids, each once, and
 * in the end the events that are kept.
 */
final class LogEvents implements PreparingArguments.Events {

  private final Logs logs;
  private final JavaRDD<Last> last;
  private final LogSieve sieve;
  private final Sieve.Left all;
  private final long duplicates;
  private final List<String> userIds;
  private final List<String> itemIds;
  private final IdType userIdType;
  private final Ratings ratings;

  /**
   * The events of some users without duplicates.
   *
   * @param events of each user and item the last
   * @param dropped places of the others
   */
  private record Last(EventBlock events, long[] dropped) implements Serializable {
    static Last of(EventBlock block) {
      BitSet stays = block.interactions().lastOfEach();
      long[] dropped =
          IntStream.range(0, block.size())
              .filter(event -> !stays.get(event))
              .mapToLong(event -> block.places()[event])
              .toArray();
      return new Last(
          dropped.length == 0 ? block : block.inOrder(stays.stream().toArray()), dropped);
    }
  }

  private LogEvents(Logs logs, int partitions) {
    this.logs = logs;
    userIds = logs.ids(EventBlock::userIds);
    itemIds = logs.ids(EventBlock::itemIds);
    userIdType = IdType.of(userIds);
    last = logs.byUser(partitions).map(Last::of).persist(StorageLevel.MEMORY_AND_DISK());
    duplicates = last.map(block -> (long) block.dropped.length).fold(0L, Long::sum);
    boolean hasRatings = !last.filter(block -> block.events.ratings().length > 0).isEmpty();
    JavaRDD<EventBlock> events = last.map(Last::events);
    sieve = new LogSieve(events, hasRatings);
    all = sieve.all();
    ratings = hasRatings ? ratings(events, all.events()) : Ratings.NONE;
    logs.blocks().unpersist();
  }

  /**
   * Reads logs.
   *
   * @param files files, or folders of part files, which every executor sees under the same name
   * @param how how to read them
   */
  static LogEvents read(
      Cluster cluster, List<Path> files, ReadingOptions how, LogArguments arguments) {
    Logs logs = Logs.read(cluster.context(), files, how, arguments.partBytes());
    int cores = cluster.context().defaultParallelism();
    return new LogEvents(logs, arguments.partitions(logs.parts(), cores));
  }

  private static Ratings ratings(JavaRDD<EventBlock> events, long count) {
    Tuple2<Float, Float> range =
        events
            .map(EventBlock::ratings)
            .map(
                some -> {
                  float low = Float.POSITIVE_INFINITY;
                  float high = Float.NEGATIVE_INFINITY;
                  for (float rating : some) {
                    low = Math.min(low, rating);
                    high = Math.max(high, rating);
                  }
                  return new Tuple2<>(low, high);
                })
            .reduce((a, b) -> new Tuple2<>(Math.min(a._1, b._1), Math.max(a._2, b._2)));
    boolean counts =
        RatingScale.isExceededBy(
            range._1,
            range._2,
            limit ->
                2
                        * events
                            .map(block -> RatingScale.upTo(limit, block.ratings()))
                            .fold(0L, Long::sum)
                    >= count);
    return counts ? Ratings.COUNTS : Ratings.ANY;
  }

  @Override
  public Provenance provenance() {
    return logs.provenance();
  }

  @Override
  public DataDescription.Source source(ReadingOptions how, Long shuffleSeed) {
    return logs.provenance()
        .source(all.events(), all.users(), all.items(), duplicates, how, shuffleSeed);
  }

  @Override
  public Ratings ratings() {
    return ratings;
  }

  @Override
  public IdType userIdType() {
    return userIdType;
  }

  @Override
  public List<String> userIds() {
    return userIds;
  }

  @Override
  public List<String> itemIds() {
    return itemIds;
  }

  @Override
  public Filtered kept(Filter filter, Long shuffleSeed) {
    List<Dropped> dropped = filter.sift(sieve);
    var joiner = new InteractionsJoiner();
    var places = new LongArrayList();
    logs.inOrder(sieve.kept())
        .forEach(
            block -> {
              joiner.add(block.interactions());
              if (shuffleSeed != null) {
                places.addElements(places.size(), block.places());
              }
            });
    Interactions kept = joiner.join(userIdType);
    return new Filtered(
        filter,
        shuffleSeed == null ? kept : shuffled(kept, places.toLongArray(), shuffleSeed),
        dropped);
  }

  /**
   * The events in the order that {@link Partition#shuffled} gives all, of which they are some.
   *
   * @param places of the events, ascending
   */
  private Interactions shuffled(Interactions kept, long[] places, long seed) {
    int[] order = Partition.shuffledOrder(Math.toIntExact(all.events()), seed);
    int[] eventOf = new int[order.length]; // number of each event among those kept, or -1
    Arrays.fill(eventOf, -1);
    BitSet[] dropped = dropped();
    int number = 0;
    int event = 0;
    for (int part = 0; part < dropped.length; part++) {
      for (int position = 0; position < logs.sizes()[part]; position++) {
        if (event < places.length && places[event] == EventBlock.place(part, position)) {
          eventOf[number] = event++;
        }
        number += dropped[part].get(position) ? 0 : 1;
      }
    }
    return kept.inOrder(
        Arrays.stream(order).map(n -> eventOf[n]).filter(one -> one >= 0).toArray());
  }

  /** The positions in each part of the events that were dropped as duplicates. */
  private BitSet[] dropped() {
    BitSet[] dropped = new BitSet[logs.parts()];
    Arrays.setAll(dropped, _ -> new BitSet());
    last.map(Last::dropped)
        .toLocalIterator()
        .forEachRemaining(
            places ->
                Arrays.stream(places)
                    .forEach(
                        place -> dropped[EventBlock.part(place)].set(EventBlock.position(place))));
    return dropped;
  }
}
