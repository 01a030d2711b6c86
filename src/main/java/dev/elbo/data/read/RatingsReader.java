package dev.elbo.data.read;

import dev.elbo.ElboException;
import dev.elbo.data.Interactions;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;

/**
 * Reads who rated what from a file, compressed with gzip or not. The content decides what the file
 * is, not its name. Two first bytes {@code 1F 8B} mean gzip. Then the first line that is not blank
 * decides:
 *
 * <ul>
 *   <li>It starts with a brace: <b>JSON lines</b>, one object in each line, as in Amazon's reviews
 *       ({@code reviewerID}, {@code asin}, {@code overall}, {@code unixReviewTime}). The fields of
 *       the first object are recognised like the columns of a header.
 *   <li>Otherwise the fields are separated by the first of {@code ::}, tab, {@code |}, semicolon
 *       and comma that occurs in it.
 *   <li>If one of its fields is the usual name of a column (or columns were named by the user), or
 *       the separator is a comma or semicolon, it is a <b>header</b>, as in MovieLens's {@code
 *       ratings.csv}; fields may then stand in double quotes.
 *   <li>Otherwise it is the first rating of a file <b>without header</b>, as MovieLens's {@code
 *       ratings.dat} and {@code u.data}: user, item, rating, time. The last, or the last two, may
 *       be missing.
 * </ul>
 *
 * <p>The text is UTF-8. Blank lines are skipped. Ids are any text, taken as they stand; a rating is
 * a finite number and a time a whole number, with or without spaces around. What one line has,
 * every line must have. Memory grows with the number of ratings, not with the text around them.
 */
public final class RatingsReader {
  /** Bytes that a thread parses at a time: long enough to be worth an id table of its own. */
  private static final int CHUNK = 8 << 20;

  /**
   * What a file holds.
   *
   * @param interactions one event for each user and item: the last by time; at equal times, or
   *     without times, the last in the file. It keeps its place in the order of the file.
   * @param duplicates number of events that were dropped for it
   * @param format what the file was taken for
   * @param sha256 SHA-256 of the file's bytes as they are stored, in hexadecimal
   */
  public record Result(Interactions interactions, int duplicates, String format, String sha256) {}

  private RatingsReader() {}

  /**
   * Reads a file, on all cores. The result is the same for any number of them.
   *
   * @param file the file
   * @param columns names of columns, where the usual ones do not do
   * @throws ElboException if the file cannot be read, or at the first line that is not as expected
   */
  public static Result read(Path file, Columns columns) {
    return read(file, columns, Runtime.getRuntime().availableProcessors(), CHUNK);
  }

  /**
   * Reads a file.
   *
   * @param threads how many threads parse
   * @param chunk how many bytes each of them gets at a time
   */
  static Result read(Path file, Columns columns, int threads, int chunk) {
    try {
      // Anything else, such as a pipe, may give its bytes only once.
      if (Files.isRegularFile(file)) {
        return readInChunks(file, columns, threads, chunk);
      }
    } catch (IOException | ElboException _) {
      // The line of an error is found by counting from the start; and there may be none, but a
      // quoted field that a cut between two lines went through.
    }
    return readWhole(file, columns);
  }

  static Result readInChunks(Path file, Columns columns, int threads, int size) throws IOException {
    try (var source = new SourceFile(file);
        var pool = Executors.newFixedThreadPool(threads)) {
      var chunks = new Chunks(source.content(), size);
      byte[] start = chunks.next();
      RatingsFormat format;
      try (var in = text(file, start)) {
        format = RatingsFormat.detect(file, Line.peekFirst(file, in), columns);
      }
      var joiner = new InteractionsJoiner();
      var parts = new ArrayDeque<CompletableFuture<Interactions>>();
      for (byte[] chunk = start; chunk.length > 0; chunk = chunks.next()) {
        byte[] bytes = chunk;
        boolean isStart = chunk == start;
        parts.add(CompletableFuture.supplyAsync(() -> parse(file, format, bytes, isStart), pool));
        if (parts.size() > threads) {
          joiner.add(join(parts.remove()));
        }
      }
      while (!parts.isEmpty()) {
        joiner.add(join(parts.remove()));
      }
      return result(file, joiner.join(), format, source);
    }
  }

  private static Interactions parse(
      Path file, RatingsFormat format, byte[] chunk, boolean isStart) {
    try (var in = text(file, chunk)) {
      if (isStart) {
        Line.peekFirst(file, in);
        format.skipHeader(in);
      }
      var events = new InteractionsBuilder(file);
      format.read(in, 1, events);
      return events.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BufferedReader text(Path file, byte[] chunk) {
    return new BufferedReader(
        new TextReader(file, new ByteArrayInputStream(chunk), StandardCharsets.UTF_8));
  }

  private static Interactions join(CompletableFuture<Interactions> part) {
    try {
      return part.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof ElboException cause ? cause : e;
    }
  }

  static Result readWhole(Path file, Columns columns) {
    try (var source = new SourceFile(file);
        var in = new BufferedReader(source.text(StandardCharsets.UTF_8))) {
      var format = RatingsFormat.detect(file, Line.peekFirst(file, in), columns);
      var events = new InteractionsBuilder(file);
      format.read(in, format.skipHeader(in), events);
      return result(file, events.build(), format, source);
    } catch (IOException e) {
      throw ElboException.in(file, "cannot be read: " + e.getMessage());
    }
  }

  private static Result result(
      Path file, Interactions all, RatingsFormat format, SourceFile source) {
    if (all.size() == 0) {
      throw ElboException.in(file, "expected ratings, found a header and none");
    }
    BitSet survivors = Duplicates.survivors(all);
    int duplicates = all.size() - survivors.cardinality();
    return new Result(
        duplicates == 0 ? all : all.select(survivors),
        duplicates,
        format.toString(),
        source.sha256());
  }
}
