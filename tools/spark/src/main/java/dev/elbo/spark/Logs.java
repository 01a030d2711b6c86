package dev.elbo.spark;

import dev.elbo.ElboException;
import dev.elbo.data.read.Provenance;
import dev.elbo.data.read.RatingsPart;
import dev.elbo.data.read.RatingsPart.Content;
import dev.elbo.data.read.RatingsPart.Found;
import dev.elbo.data.read.RatingsPart.Joined;
import dev.elbo.data.read.ReadingOptions;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Files of ratings that executors have read, a part each, in the product's own way: a part is read
 * by {@link RatingsPart}, and a record is never half in one.
 *
 * @param blocks what the parts hold, in their order
 * @param joined what was found out of them together
 * @param sizes number of events of each part, duplicates included, {@code [parts]}
 */
record Logs(JavaRDD<Block> blocks, Joined joined, long[] sizes) {

  /**
   * What an executor read.
   *
   * @param part number of the part
   * @param events its events; null if it could not be read
   * @param found what else there is to say; null likewise
   * @param error of a whole file, what is wrong with it; null if nothing is, or the file is to be
   *     read whole
   */
  record Block(int part, EventBlock events, Found found, ElboException error)
      implements Serializable {

    static Block read(int number, RatingsPart part, ReadingOptions how) {
      try {
        Optional<Content> content = part.read(how);
        return content
            .map(c -> new Block(number, EventBlock.of(c.events(), number), c.found(), null))
            .orElseGet(() -> new Block(number, null, null, null));
      } catch (ElboException e) { // a mistake of the user's: trying again would not help
        return new Block(number, null, null, e);
      }
    }

    /** The same without the events. */
    Block withoutEvents() {
      return new Block(part, null, found, error);
    }
  }

  /**
   * Reads files.
   *
   * @param files files, or folders of part files, which every executor sees under the same name
   * @param how how to read them
   * @param partBytes how much of a file a task reads
   * @throws ElboException if a file cannot be read, or at the first line that is not as expected
   */
  static Logs read(JavaSparkContext spark, List<Path> files, ReadingOptions how, long partBytes) {
    Set<String> whole = new HashSet<>();
    while (true) {
      List<RatingsPart> parts = RatingsPart.of(files, how, partBytes, whole);
      JavaFutureAction<List<String>> hashes = hashes(spark, parts);
      JavaRDD<Block> blocks =
          spark
              .parallelize(numbered(parts), parts.size())
              .map(part -> Block.read(part._1, part._2, how))
              .persist(StorageLevel.MEMORY_AND_DISK());
      List<Block> read = blocks.map(Block::withoutEvents).collect();
      Optional<ElboException> error =
          read.stream().map(Block::error).filter(Objects::nonNull).findFirst();
      if (error.isPresent()) {
        hashes.cancel(true);
        throw error.get();
      }
      Set<String> again = toReadWhole(parts, read);
      if (again.isEmpty()) {
        List<Found> found = read.stream().map(Block::found).toList();
        return new Logs(
            blocks,
            RatingsPart.join(parts, found, done(hashes)),
            found.stream().mapToLong(Found::events).toArray());
      }
      whole.addAll(again);
      hashes.cancel(true);
      blocks.unpersist();
    }
  }

  private static List<Tuple2<Integer, RatingsPart>> numbered(List<RatingsPart> parts) {
    return IntStream.range(0, parts.size()).mapToObj(n -> new Tuple2<>(n, parts.get(n))).toList();
  }

  /** Begins to compute the hash of each file: from the first byte to the last, by one task. */
  private static JavaFutureAction<List<String>> hashes(
      JavaSparkContext spark, List<RatingsPart> parts) {
    List<RatingsPart> files = parts.stream().filter(part -> part.from() == 0).toList();
    return spark.parallelize(files, files.size()).map(RatingsPart::sha256).collectAsync();
  }

  private static <T> T done(JavaFutureAction<T> action) {
    try {
      return action.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ElboException("reading was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Set<String> toReadWhole(List<RatingsPart> parts, List<Block> read) {
    Set<String> files = new HashSet<>();
    for (Block block : read) {
      if (block.found == null) {
        files.add(parts.get(block.part).file());
      }
    }
    return files.isEmpty()
        ? RatingsPart.contradictory(parts, read.stream().map(Block::found).toList())
        : files;
  }

  Provenance provenance() {
    return joined.provenance();
  }

  /** Number of parts. */
  int parts() {
    return sizes.length;
  }

  /**
   * The ids of a column by first appearance in the files.
   *
   * @param column gives the ids of a block, by first appearance in it
   */
  List<String> ids(SerializableFunction<EventBlock, String[]> column) {
    return blocks
        .flatMapToPair(block -> places(column.apply(block.events), block.part))
        .reduceByKey(Math::min)
        .mapToPair(Tuple2::swap)
        .sortByKey()
        .values()
        .collect();
  }

  /** A function that executors are sent. */
  interface SerializableFunction<A, B> extends Function<A, B>, Serializable {}

  private static Iterator<Tuple2<String, Long>> places(String[] ids, int part) {
    return IntStream.range(0, ids.length)
        .mapToObj(n -> new Tuple2<>(ids[n], EventBlock.place(part, n)))
        .iterator();
  }

  /**
   * The events of the same users together, in the order of the files, with times in one unit.
   *
   * @param partitions how many blocks; each user is in one
   */
  JavaRDD<EventBlock> byUser(int partitions) {
    long[] factors = joined.timeFactors();
    return together(
        blocks.flatMapToPair(block -> dealt(inUnit(block.events, factors[block.part]), partitions)),
        partitions);
  }

  private static EventBlock inUnit(EventBlock events, long factor) {
    if (factor == 1) {
      return events;
    }
    long[] times = Arrays.stream(events.times()).map(time -> time * factor).toArray();
    return new EventBlock(
        events.places(),
        events.userIds(),
        events.itemIds(),
        events.users(),
        events.items(),
        events.ratings(),
        times);
  }

  private static Iterator<Tuple2<Integer, EventBlock>> dealt(EventBlock events, int partitions) {
    int[] hands = new int[events.userIds().length];
    Arrays.setAll(hands, user -> Math.floorMod(events.userIds()[user].hashCode(), partitions));
    return numbered(
        events.deal(Arrays.stream(events.users()).map(user -> hands[user]).toArray(), partitions));
  }

  private static Iterator<Tuple2<Integer, EventBlock>> numbered(EventBlock[] dealt) {
    return IntStream.range(0, dealt.length)
        .filter(n -> dealt[n] != null)
        .mapToObj(n -> new Tuple2<>(n, dealt[n]))
        .iterator();
  }

  /** The events of each number in one block, in the order of the files, and in its partition. */
  private static JavaRDD<EventBlock> together(
      JavaPairRDD<Integer, EventBlock> numbered, int partitions) {
    return numbered
        .groupByKey(new HashPartitioner(partitions))
        .values()
        .map(
            blocks -> {
              List<EventBlock> all = new ArrayList<>();
              blocks.forEach(all::add);
              return EventBlock.join(all).inOrderOfFiles();
            });
  }

  /**
   * Events in the order of the files.
   *
   * @param events some of these, in any order
   * @return a block for each part of the files that has any
   */
  Stream<EventBlock> inOrder(JavaRDD<EventBlock> events) {
    int parts = parts();
    JavaRDD<EventBlock> ofParts =
        together(
            events.flatMapToPair(
                block ->
                    numbered(
                        block.deal(
                            Arrays.stream(block.places()).mapToInt(EventBlock::part).toArray(),
                            parts))),
            parts);
    Iterable<EventBlock> inOrder = ofParts::toLocalIterator;
    return java.util.stream.StreamSupport.stream(inOrder.spliterator(), false);
  }
}
