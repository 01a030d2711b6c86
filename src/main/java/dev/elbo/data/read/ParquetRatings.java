package dev.elbo.data.read;

import dev.elbo.ElboException;
import dev.elbo.data.read.Columns.Positions;
import dev.elbo.data.read.text.KnownFile;
import dev.hardwood.InputFile;
import dev.hardwood.metadata.RepetitionType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowGroupPredicate;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.ColumnSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A Parquet file, with an event in each row; uncompressed, or with Snappy or gzip. */
final class ParquetRatings {
  // The library says at the level of information which instructions it uses.
  private static final Logger LOGGER = Logger.getLogger("dev.hardwood");

  static {
    LOGGER.setLevel(Level.WARNING);
  }

  /**
   * After how long without a row a file counts as damaged: of some damaged files, the library waits
   * for pages for ever.
   */
  private static final int PATIENCE_SECONDS = 60;

  private ParquetRatings() {}

  /**
   * Reads all events. In errors, rows are counted from 1 like lines.
   *
   * @throws ElboException if the file is damaged or compressed otherwise, or at the first row that
   *     is not as expected
   */
  static FileContent read(Path file, ReadingOptions options) {
    return read(file, options, RowGroupPredicate.byteRange(0, Long.MAX_VALUE));
  }

  /** Reads the events of some row groups likewise. Rows are counted from the first that is read. */
  static FileContent read(Path file, ReadingOptions options, RowGroupPredicate groups) {
    var rows = new AtomicLong();
    var task = new FutureTask<>(() -> readRows(file, options, groups, rows));
    Thread.ofPlatform().daemon().start(task);
    try {
      for (long before = -1; before < rows.get(); ) {
        before = rows.get();
        try {
          return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException _) {
          // Goes on as long as rows come.
        }
      }
      task.cancel(true);
      throw damaged(file, "a page is missing");
    } catch (ExecutionException e) {
      throw failure(file, e.getCause());
    } catch (InterruptedException _) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw ElboException.in(file, "reading was interrupted");
    }
  }

  private static FileContent readRows(
      Path file, ReadingOptions options, RowGroupPredicate groups, AtomicLong count)
      throws IOException {
    try (ParquetFileReader parquet = ParquetFileReader.open(InputFile.of(file))) {
      List<String> names =
          parquet.getFileSchema().getColumns().stream()
              .filter(ParquetRatings::isFlat)
              .map(ColumnSchema::name)
              .toList();
      Positions positions = options.columns().in(file, 1, names);
      var events = new InteractionsBuilder(file, options.skipBadLines());
      String[] wanted = positions.names(names).toArray(String[]::new);
      try (RowReader rows =
          parquet
              .buildRowReader()
              .projection(ColumnProjection.columns(wanted))
              .filter(groups)
              .build()) {
        while (rows.hasNext()) {
          rows.next();
          events.add(positions, count.incrementAndGet(), i -> text(rows, names.get(i)));
        }
      }
      return new FileContent(
          events.build(), "Parquet: " + String.join(", ", wanted), positions.others(names), null);
    }
  }

  private static ElboException failure(Path file, Throwable cause) {
    return switch (cause) {
      case ElboException e -> e;
      case UnsupportedOperationException e ->
          ElboException.in(
              file,
              "the Parquet file is written in a way that is not read (%s); "
                      .formatted(e.getMessage())
                  + KnownFile.PARQUET.message(file));
      case Error e -> throw e;
      default -> damaged(file, String.valueOf(cause.getMessage()));
    };
  }

  private static ElboException damaged(Path file, String how) {
    return ElboException.in(
        file, "the Parquet file is damaged (%s); fetch it again".formatted(how));
  }

  private static boolean isFlat(ColumnSchema column) {
    return column.fieldPath().elements().size() == 1
        && column.repetitionType() != RepetitionType.REPEATED;
  }

  /** A value as a CSV file would have it. */
  private static String text(RowReader row, String name) {
    return switch (row.getValue(name)) {
      case null -> "";
      case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
      case Double number when Double.isFinite(number) -> BigDecimal.valueOf(number).toPlainString();
      case LocalDateTime time -> DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
      case Object value -> value.toString();
    };
  }
}
