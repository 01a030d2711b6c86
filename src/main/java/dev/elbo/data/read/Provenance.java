package dev.elbo.data.read;

import dev.elbo.ElboException;
import dev.elbo.data.DataDescription;
import dev.elbo.data.read.text.BadLine;
import dev.elbo.io.Printable;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Where events come from, and what reading them found out.
 *
 * @param format what the files were taken for; of files of several kinds, that of the first
 * @param files the files that were read, in order
 * @param unused names of columns that were not read
 * @param badLines number of lines that were left out because they are not as expected
 * @param firstBadLine the first of them, and what is wrong with it
 * @param times what the times were taken for, and how far they reach; empty if there are none
 * @param firstEvent the first line of the first file, if it was taken for an event because it does
 *     not look like names of columns; in double quotes, and cut if it is long
 */
public record Provenance(
    String format,
    List<StoredFile> files,
    List<String> unused,
    long badLines,
    Optional<String> firstBadLine,
    Optional<String> times,
    Optional<String> firstEvent) {

  /**
   * A file that was read.
   *
   * @param name its name, without folders
   * @param sha256 SHA-256 of its bytes as they are stored, in hexadecimal
   */
  public record StoredFile(String name, String sha256) {}

  /**
   * What was found out of files that are read as one.
   *
   * @throws ElboException if there is no event in them; if some have ratings, or times, and others
   *     none, or times of another kind
   */
  static Provenance of(List<ReadFile> files) {
    checkColumns(files);
    TimeScale times = times(files);
    ReadFile first = files.getFirst();
    long badLines = files.stream().mapToLong(file -> file.bad().count()).sum();
    Optional<String> firstBadLine =
        files.stream().flatMap(file -> file.firstBadLine().stream()).findFirst();
    if (files.stream().allMatch(file -> file.events() == 0)) {
      throw ElboException.in(
          first.path(),
          firstBadLine
              .map(bad -> "expected ratings, found none in %,d lines; ".formatted(badLines) + bad)
              .orElse("expected ratings, found a header and none"));
    }
    return new Provenance(
        files.size() == 1
            ? first.format()
            : "%,d files, %s".formatted(files.size(), first.format()),
        files.stream()
            .map(file -> new StoredFile(file.path().getFileName().toString(), file.sha256()))
            .toList(),
        first.unused(),
        badLines,
        firstBadLine,
        times.words(),
        Optional.ofNullable(first.firstEvent()).map(Printable::quoted));
  }

  /** Files that hold events must all have ratings, or none, and the same with times. */
  private static void checkColumns(List<ReadFile> files) {
    List<ReadFile> filled = files.stream().filter(file -> file.events() > 0).toList();
    for (ReadFile file : filled) {
      checkColumn("ratings", ReadFile::hasRatings, filled.getFirst(), file);
      checkColumn("times", ReadFile::hasTimes, filled.getFirst(), file);
    }
  }

  private static void checkColumn(
      String what, Predicate<ReadFile> has, ReadFile first, ReadFile other) {
    boolean expected = has.test(first);
    if (has.test(other) != expected) {
      throw ElboException.in(
          other.path(),
          "expected %s %s, as in %s, found %s; files that are read as one have the same columns"
              .formatted(
                  expected ? "a column of" : "no column of",
                  what,
                  first.file(),
                  expected ? "none" : "one"));
    }
  }

  /**
   * The scale that the times of all files have together.
   *
   * @throws ElboException if they are not of one kind
   */
  static TimeScale times(List<ReadFile> files) {
    try {
      return files.size() == 1
          ? files.getFirst().times()
          : TimeScale.join(files.stream().map(ReadFile::times).toList());
    } catch (BadLine e) {
      throw new ElboException("the times of the files are not of one kind: " + e.getMessage());
    }
  }

  /**
   * The same as prepared data describes it.
   *
   * @param events number of events, without duplicates
   * @param users number of users
   * @param items number of items
   * @param duplicates number of events that were dropped because a later one has the same user and
   *     item
   * @param how how the files were read
   * @param shuffleSeed seed of the order that the events were put in; null for that of the files
   */
  public DataDescription.Source source(
      long events, int users, int items, long duplicates, ReadingOptions how, Long shuffleSeed) {
    return new DataDescription.Source(
        joined(StoredFile::name),
        joined(StoredFile::sha256),
        format,
        events,
        users,
        items,
        duplicates,
        badLines,
        how,
        shuffleSeed);
  }

  private String joined(Function<StoredFile, String> part) {
    return files.stream().map(part).collect(Collectors.joining(", "));
  }
}
