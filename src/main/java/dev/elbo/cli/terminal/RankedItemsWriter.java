package dev.elbo.cli.terminal;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.elbo.io.Json;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes users' items as they come. */
public sealed interface RankedItemsWriter extends Closeable {

  /**
   * Writes what one user is recommended.
   *
   * @throws UncheckedIOException if that is not possible
   */
  void write(RankedItems user);

  /**
   * A writer of the format that a file's name says: JSON lines if it ends in {@code .jsonl} or
   * {@code .ndjson}, otherwise CSV.
   *
   * @param file the name
   * @param out where to write
   * @param titles whether there are titles to write
   * @throws UncheckedIOException if nothing can be written
   */
  static RankedItemsWriter of(Path file, OutputStream out, boolean titles) {
    String name = file.getFileName().toString();
    return name.endsWith(".jsonl") || name.endsWith(".ndjson")
        ? new JsonLines(out)
        : new Csv(out, titles);
  }

  /** A line for each user: the document that {@code --json} has of each. */
  record JsonLines(OutputStream out) implements RankedItemsWriter {
    @Override
    public void write(RankedItems user) {
      try {
        out.write((Json.line(user) + "\n").getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** A line for each item: {@code user,rank,item,score}, and the title if there are any. */
  final class Csv implements RankedItemsWriter {
    private final CsvWriter csv;
    private final boolean titles;

    Csv(OutputStream out, boolean titles) {
      this.csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
      this.titles = titles;
      write("user", "rank", "item", "score", "title");
    }

    @Override
    public void write(RankedItems user) {
      int rank = 0;
      for (RankedItems.Item item : user.items()) {
        rank++;
        write(
            user.query(),
            Integer.toString(rank),
            item.item(),
            Double.toString(item.score()),
            item.title());
      }
    }

    private void write(String user, String rank, String item, String score, String title) {
      if (titles) {
        csv.writeRecord(user, rank, item, score, title);
      } else {
        csv.writeRecord(user, rank, item, score);
      }
    }

    @Override
    public void close() throws IOException {
      csv.close();
    }
  }
}
