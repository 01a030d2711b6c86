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
import dev.hardwood.reader.RowGroupPredicate;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A file of ratings, or some bytes of one, to be read by itself: by another machine than reads the
 * rest, as long as it sees the file under the same name. Of text a part is the lines that begin
 * within its bytes, of Parquet the row groups. Put end to end, the parts hold what {@link
 * RatingsReader} reads.
 *
 * @param file the file
 * @param from where the part begins
 * @param to where the next part begins; {@link #END} for a whole file
 */
public record RatingsPart(String file, long from, long to) implements Serializable {

  /** The end of a file, wherever it is. */
  public static final long END = Long.MAX_VALUE;

  /**
   * What a part holds.
   *
   * @param events its events, with times in a unit of the part's own; a user and item may be given
   *     more than once
   * @param found what else there is to say
   */
  public record Content(Interactions events, Found found) {}

  /**
   * What reading a part found out.
   *
   * @param summary of the part
   * @param lines number of lines, or rows, in it
   */
  public record Found(ReadFile summary, long lines) implements Serializable {

    /** Number of events in the part, duplicates included. */
    public long events() {
      return summary.events();
    }
  }

  /**
   * Parts that were read, as one.
   *
   * @param provenance where they come from, and what reading them found out
   * @param timeFactors what the times of each part are to be multiplied by, {@code [parts]}, so
   *     that all are in one unit
   */
  public record Joined(Provenance provenance, long[] timeFactors) {}

  /**
   * Cuts files into parts. Those that cannot be cut, such as compressed ones, are one part each.
   *
   * @param given files, or folders of part files
   * @param how how to read them
   * @param bytes how long a part is to be
   * @param whole files that are not to be cut
   * @throws ElboException if a file cannot be read, or is standard input
   */
  public static List<RatingsPart> of(
      List<Path> given, ReadingOptions how, long bytes, Set<String> whole) {
    List<RatingsPart> parts = new ArrayList<>();
    for (Path path : given) {
      if (path.equals(SourceFile.STANDARD_INPUT)) {
        throw new ElboException("expected files, which can be read in parts, found standard input");
      }
      for (Path file : PartFiles.of(path)) {
        long size = size(file);
        boolean cut = size > bytes && !whole.contains(file.toString()) && isDivisible(file, how);
        for (long from = 0; from == 0 || (cut && from < size); from += bytes) {
          parts.add(new RatingsPart(file.toString(), from, cut ? from + bytes : END));
        }
      }
    }
    return parts;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw SourceFile.unreadable(file, 1, e);
    }
  }

  private static boolean isDivisible(Path file, ReadingOptions how) {
    try (var source = new SourceFile(file)) {
      if (how.layout() == Layout.EVENTS && source.isParquet()) {
        return true;
      }
      if (!source.isPlainFile() || (how.layout() == Layout.EVENTS && source.isJsonArray())) {
        return false;
      }
      RatingsFormat format = format(file, source, how);
      return format.isDivisible() && !format.judgesAllEvents();
    } catch (IOException e) {
      throw SourceFile.unreadable(file, 1, e);
    }
  }

  private static RatingsFormat format(Path file, SourceFile source, ReadingOptions how)
      throws IOException {
    try (var in = new BufferedReader(source.text(StandardCharsets.UTF_8))) {
      return RatingsFormat.detect(file, Line.peekFirst(file, in), how);
    }
  }

  /** Whether it is all of its file. */
  public boolean isWhole() {
    return to == END;
  }

  /**
   * Reads the part.
   *
   * @param how how to read it
   * @return what it holds; empty if its file must be read as a whole, whether to say at which line
   *     it is not as expected, or because a record goes over the end of a part
   * @throws ElboException of a whole file, if it cannot be read, or at the first line that is not
   *     as expected
   */
  public Optional<Content> read(ReadingOptions how) {
    Path path = Path.of(file);
    if (isWhole()) {
      RatingsReader.Read read = RatingsReader.readFile(path, how);
      return Optional.of(content(read.summary(), read.content().events(), /* lines= */ 0));
    }
    try (var source = new SourceFile(path)) {
      return Optional.of(source.isParquet() ? readRows(path, how) : readLines(path, source, how));
    } catch (IOException | ElboException | BadLine _) {
      return Optional.empty();
    }
  }

  private Content readRows(Path path, ReadingOptions how) {
    FileContent rows = ParquetRatings.read(path, how, RowGroupPredicate.byteRange(from, to));
    Events events = rows.events();
    ReadFile summary = ReadFile.of(path, rows, /* sha256= */ "");
    return content(summary, events, events.all().size() + events.bad().count());
  }

  private Content readLines(Path path, SourceFile source, ReadingOptions how) throws IOException {
    RatingsFormat format = format(path, source, how);
    try (SeekableByteChannel channel = Files.newByteChannel(path)) {
      long start = lineStart(channel, Math.max(from, source.textStart()), source.textStart());
      long end = lineStart(channel, to, source.textStart());
      channel.position(start);
      byte[] lines = stream(channel).readNBytes(Math.toIntExact(end - start));
      TextReader text =
          new TextReader(path, new ByteArrayInputStream(lines), StandardCharsets.UTF_8);
      var in = new BufferedReader(text);
      long line = 1;
      if (from == 0) {
        Line.peekFirst(path, in);
        line = format.skipHeader(in);
      }
      var events = new InteractionsBuilder(path, how.skipBadLines());
      format.read(in, line, events);
      Events read = events.build();
      ReadFile summary = ReadFile.of(path, format.content(path, read), /* sha256= */ "");
      return content(summary, read, text.lineEnds());
    }
  }

  /** Where the first line begins at a byte or after it. */
  private static long lineStart(SeekableByteChannel channel, long at, long textStart)
      throws IOException {
    if (at <= textStart || at >= channel.size()) {
      return Math.min(Math.max(at, textStart), channel.size());
    }
    channel.position(at - 1);
    return at - 1 + new Chunks(stream(channel), 1).next().length;
  }

  private static InputStream stream(SeekableByteChannel channel) {
    return new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
  }

  private static Content content(ReadFile summary, Events events, long lines) {
    Interactions all = events.all();
    return new Content(
        new Interactions(
            all.userIds(),
            all.userIdType(),
            all.itemIds(),
            all.users(),
            all.items(),
            all.ratings(),
            events.times().values()),
        new Found(summary, lines));
  }

  /**
   * SHA-256 of the file's bytes as they are stored, in hexadecimal.
   *
   * @throws ElboException if it cannot be read
   */
  public String sha256() {
    try (var source = new SourceFile(Path.of(file))) {
      return source.sha256();
    }
  }

  /**
   * Files whose parts do not fit together, though each could be read: they are to be read whole.
   *
   * @param parts all parts, in order
   * @param found what was found out of each
   */
  public static Set<String> contradictory(List<RatingsPart> parts, List<Found> found) {
    Set<String> files = new LinkedHashSet<>();
    for (List<Found> ofFile : byFile(parts, found)) {
      try {
        ReadFile.join(ofFile, /* sha256= */ "");
      } catch (BadLine _) {
        files.add(ofFile.getFirst().summary.file());
      }
    }
    return files;
  }

  /**
   * What was found out of all parts together.
   *
   * @param parts all parts, in order; none is {@link #contradictory}
   * @param found what was found out of each
   * @param sha256 {@link #sha256} of each file, in order
   * @throws ElboException if files do not fit together, or hold no event
   */
  public static Joined join(List<RatingsPart> parts, List<Found> found, List<String> sha256) {
    List<List<Found>> byFile = byFile(parts, found);
    List<ReadFile> files =
        IntStream.range(0, byFile.size())
            .mapToObj(n -> ReadFile.join(byFile.get(n), sha256.get(n)))
            .toList();
    Provenance provenance = Provenance.of(files);
    TimeScale whole = Provenance.times(files);
    long[] factors =
        found.stream()
            .map(part -> part.summary.times())
            .mapToLong(times -> times.isEmpty() ? 1 : times.factorTo(whole))
            .toArray();
    return new Joined(provenance, factors);
  }

  private static List<List<Found>> byFile(List<RatingsPart> parts, List<Found> found) {
    List<List<Found>> files = new ArrayList<>();
    for (int n = 0; n < parts.size(); n++) {
      if (parts.get(n).from == 0) {
        files.add(new ArrayList<>());
      }
      files.getLast().add(found.get(n));
    }
    return files;
  }
}
