package dev.elbo.data.read;

import dev.elbo.ElboException;
import dev.elbo.data.Interactions;
import dev.elbo.data.read.ReadingOptions.Layout;
import dev.elbo.data.read.text.BadLine;
import dev.elbo.data.read.text.Chunks;
import dev.elbo.data.read.text.Line;
import dev.elbo.data.read.text.PartFiles;
import dev.elbo.data.read.text.SourceFile;
import dev.elbo.data.read.text.TextReader;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;

/**
 * Reads who rated what from files. The content decides what a file is, not its name: first whether
 * it is compressed with gzip, or a zip archive of one file. Then a <b>Parquet</b> file has an event
 * in each row, and a <b>JSON array</b> one in each object. Of anything else, which is text in
 * UTF-8, the first line that is not blank decides:
 *
 * <ul>
 *   <li>It starts with a brace: <b>JSON lines</b>, one object in each line, as in Amazon's reviews
 *       ({@code reviewerID}, {@code asin}, {@code overall}, {@code unixReviewTime}). The fields of
 *       the first object are recognised like the columns of a header.
 *   <li>It is a number and a colon: <b>blocks of an item's ratings</b>, as the Netflix Prize has
 *       them: an item, and then lines of user, rating and date.
 *   <li>Otherwise the fields are separated by the first of {@code ::}, tab, {@code |}, semicolon,
 *       comma and spaces that occurs in it.
 *   <li>If one of its fields is the usual name of a column (or columns were named by the user), or
 *       the separator is a comma or semicolon, it is a <b>header</b>, as in MovieLens's {@code
 *       ratings.csv}; fields may then stand in double quotes. Types may follow the names, as in
 *       RecBole's {@code .inter}.
 *   <li>Otherwise it is the first rating of a file <b>without header</b>, as MovieLens's {@code
 *       ratings.dat} and {@code u.data}: user, item, rating, time. The last, or the last two, may
 *       be missing.
 * </ul>
 *
 * <p>Blank lines are skipped, and so is white space around fields, inside of double quotes, too: it
 * is a matter of layout, and {@code u1} and {@code "u1 "} are one user. Ids are any other text,
 * taken as they stand. A rating is a finite number. A time is a number or, as in ISO 8601, a date,
 * or a date and a time of day with or without a zone; all of a file are of one kind. They are kept
 * exactly: in the file's own unit, or in a fraction of it that is small enough for all of its
 * decimals. What one line has, every line must have. Memory grows with the number of ratings, not
 * with the text around them.
 *
 * <p>Several files are read in order as one. The path {@code -} is standard input. A folder stands
 * for the files {@code part-*} in it, in the order of their numbers.
 */
public final class RatingsReader {
  /** Bytes that a thread parses at a time: long enough to be worth an id table of its own. */
  private static final int CHUNK = 8 << 20;

  /**
   * What files hold.
   *
   * @param interactions one event for each user and item: the last by time; at equal times, or
   *     without times, the last in order. It keeps its place in the order of the files.
   * @param duplicates number of events that were dropped for it
   * @param provenance the files, and what reading them found out
   */
  public record Result(Interactions interactions, int duplicates, Provenance provenance) {}

  /** A file with its content and what identifies it. */
  record Read(Path file, FileContent content, String sha256) {
    ReadFile summary() {
      return ReadFile.of(file, content, sha256);
    }
  }

  /** A chunk's events, and how many lines it has. */
  private record Chunk(Events events, long lines) {}

  private RatingsReader() {}

  /**
   * Reads a file, on all cores. The result is the same for any number of them.
   *
   * @param file the file, folder of part files, or {@code -}
   * @param options how to read it
   * @throws ElboException if the file cannot be read, or at the first line that is not as expected
   */
  public static Result read(Path file, ReadingOptions options) {
    return read(List.of(file), options);
  }

  /**
   * Reads files as one, on all cores. The result is the same for any number of them.
   *
   * @param given files, folders of part files, or {@code -}
   * @param options how to read them
   * @throws ElboException if a file cannot be read, or at the first line that is not as expected;
   *     if the files do not have the same kinds of columns
   */
  public static Result read(List<Path> given, ReadingOptions options) {
    return read(given, options, Runtime.getRuntime().availableProcessors(), CHUNK);
  }

  /**
   * Reads files.
   *
   * @param threads how many threads parse
   * @param chunk how many bytes each of them gets at a time
   */
  static Result read(List<Path> given, ReadingOptions options, int threads, int chunk) {
    if (Collections.frequency(given, SourceFile.STANDARD_INPUT) > 1) {
      throw new ElboException("expected standard input (-) at most once, for it ends after that");
    }
    List<Read> read =
        given.stream()
            .flatMap(path -> PartFiles.of(path).stream())
            .map(file -> readFile(file, options, threads, chunk))
            .toList();
    return result(read);
  }

  /** Reads a file on one thread. */
  static Read readFile(Path file, ReadingOptions options) {
    return readFile(file, options, /* threads= */ 1, CHUNK);
  }

  private static Read readFile(Path file, ReadingOptions options, int threads, int chunk) {
    try (var source = new SourceFile(file)) {
      boolean events = options.layout() == Layout.EVENTS;
      if (events && source.isParquet()) {
        return new Read(file, ParquetRatings.read(file, options), source.sha256());
      }
      if (events && source.isJsonArray()) {
        return new Read(file, JsonArray.read(file, source, options), source.sha256());
      }
      // Anything else, such as a pipe, may give its bytes only once.
      if (!Files.isRegularFile(file)) {
        return readWhole(file, source, options);
      }
      try {
        return readInChunks(file, source, options, threads, chunk);
      } catch (IOException | ElboException | BadLine _) {
        // The line of an error is found by counting from the start; and there may be none, but a
        // quoted field that a cut between two lines went through.
      }
    }
    try (var source = new SourceFile(file)) {
      return readWhole(file, source, options);
    }
  }

  static Read readInChunks(
      Path file, SourceFile source, ReadingOptions options, int threads, int size)
      throws IOException {
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var chunks = new Chunks(source.content(), size);
      byte[] start = chunks.next();
      RatingsFormat format;
      try (var in = new BufferedReader(text(file, start))) {
        format = RatingsFormat.detect(file, Line.peekFirst(file, in), options);
      }
      if (!format.isDivisible()) {
        throw new IOException("its lines depend on each other");
      }
      var joiner = new InteractionsJoiner();
      var parts = new ArrayDeque<CompletableFuture<Chunk>>();
      long lines = 0;
      for (byte[] chunk = start; chunk.length > 0; chunk = chunks.next()) {
        byte[] bytes = chunk;
        boolean isStart = chunk == start;
        parts.add(
            CompletableFuture.supplyAsync(
                () -> parse(file, format, options, bytes, isStart), pool));
        if (parts.size() > threads) {
          lines += add(parts.remove(), lines, joiner);
        }
      }
      while (!parts.isEmpty()) {
        lines += add(parts.remove(), lines, joiner);
      }
      return new Read(file, format.content(file, joiner.join()), source.sha256());
    }
  }

  private static Chunk parse(
      Path file, RatingsFormat format, ReadingOptions options, byte[] chunk, boolean isStart) {
    try (TextReader text = text(file, chunk);
        var in = new BufferedReader(text)) {
      long line = 1;
      if (isStart) {
        Line.peekFirst(file, in);
        line = format.skipHeader(in);
      }
      var events = new InteractionsBuilder(file, options.skipBadLines());
      format.read(in, line, events);
      return new Chunk(events.build(), text.lineEnds());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TextReader text(Path file, byte[] chunk) {
    return new TextReader(file, new ByteArrayInputStream(chunk), StandardCharsets.UTF_8);
  }

  /** Adds the next chunk, and says how many lines it has. */
  private static long add(CompletableFuture<Chunk> part, long before, InteractionsJoiner joiner) {
    try {
      Chunk chunk = part.join();
      joiner.add(chunk.events().after(before));
      return chunk.lines();
    } catch (CompletionException e) {
      throw e.getCause() instanceof ElboException cause ? cause : e;
    }
  }

  static Read readWhole(Path file, SourceFile source, ReadingOptions options) {
    try (var in = new BufferedReader(source.text(StandardCharsets.UTF_8))) {
      var format = RatingsFormat.detect(file, Line.peekFirst(file, in), options);
      var events = new InteractionsBuilder(file, options.skipBadLines());
      format.read(in, format.skipHeader(in), events);
      return new Read(file, format.content(file, events.build()), source.sha256());
    } catch (IOException e) {
      throw ElboException.in(file, "cannot be read: " + e.getMessage());
    }
  }

  static Result result(List<Read> files) {
    Provenance provenance = Provenance.of(files.stream().map(Read::summary).toList());
    Interactions events = joined(files).interactions();
    Interactions kept = events.withoutDuplicates();
    return new Result(kept, events.size() - kept.size(), provenance);
  }

  private static Events joined(List<Read> files) {
    if (files.size() == 1) {
      return files.getFirst().content.events();
    }
    var joiner = new InteractionsJoiner();
    files.forEach(read -> joiner.add(read.content.events()));
    return joiner.join();
  }
}
