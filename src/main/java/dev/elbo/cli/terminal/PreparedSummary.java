package dev.elbo.cli.terminal;

import dev.elbo.data.DataDescription;
import dev.elbo.data.DataDescription.Counts;
import dev.elbo.data.DataDescription.EvaluationCounts;
import dev.elbo.data.DataDescription.Source;
import dev.elbo.data.Dropped;
import dev.elbo.data.read.Provenance;
import java.util.stream.Stream;

/**
 * What {@code prepare} says in the end: what was read, what was dropped and why, what is left.
 *
 * @param console where it is said
 * @param data the prepared data
 * @param read what it was prepared from
 * @param ratings what the ratings look like that were read
 */
public record PreparedSummary(
    Console console, DataDescription data, Provenance read, Ratings ratings) {

  /** What ratings look like. */
  public enum Ratings {
    /** There are none. */
    NONE,
    /** They go beyond any scale that people rate on. */
    COUNTS,
    /** They may be any. */
    ANY
  }

  private static final String SIZE = "%-12s %,9d %,9d %,12d";

  /** So many files are named one by one. */
  private static final int FILES = 3;

  /**
   * Says it.
   *
   * @param minRating whether the user chose the least rating
   * @param explicit whether ratings are kept to be predicted
   */
  public void say(boolean minRating, boolean explicit) {
    Source source = data.source();
    long events = source.events() + source.duplicatesDropped() + source.badLinesDropped();
    console.say(
        "Read %,d events of %,d users on %,d items (%s)."
            .formatted(events, source.users(), source.items(), source.format()));
    read.files().stream()
        .limit(FILES)
        .forEach(file -> console.say("SHA-256 of %s: %s".formatted(file.name(), file.sha256())));
    if (read.files().size() > FILES) {
      console.say(
          "SHA-256 of the other %,d files: in data.json".formatted(read.files().size() - FILES));
    }
    read.firstEvent()
        .ifPresent(
            line -> console.say("The first line was taken for an event: %s".formatted(line)));
    read.times().ifPresent(times -> console.say("Times: %s.".formatted(times)));
    read.firstBadLine()
        .ifPresent(
            first ->
                console.say(
                    "Bad lines left out: %,d; the first is %s".formatted(read.badLines(), first)));
    sayWhatRatingsAre(minRating, explicit);
    console.say("");
    console.say("%-12s %9s %9s %12s %10s".formatted("", "users", "items", "events", "sparsity"));
    console.say(SIZE.formatted("read", source.users(), source.items(), events));
    Stream.of(
            new Dropped("--skip-bad-lines", 0, 0, source.badLinesDropped()),
            new Dropped(
                "a later event on the same user and item", 0, 0, source.duplicatesDropped()))
        .filter(dropped -> dropped.events() > 0)
        .forEach(this::row);
    data.droppedByFilter().forEach(this::row);
    row("filtered", data.filtered());
    data.droppedBySplit().forEach(this::row);
    row("train", data.train());
    if (data.validation().users() > 0) {
      row("validation", data.validation());
      row("test", data.test());
    }
    console.say("");
    console.say(
        "SHA-256 of the events after the filter, in order: %s".formatted(data.filteredSha256()));
  }

  private void sayWhatRatingsAre(boolean minRating, boolean explicit) {
    Double least = data.filter().minRating();
    if (ratings == Ratings.NONE && least != null) {
      console.say("No ratings were read: --min-rating %s has no effect.".formatted(least));
      if (!read.unused().isEmpty()) {
        console.say(
            "Columns not used: %s. --rating-column NAME reads ratings, --weight-column NAME counts."
                .formatted(String.join(", ", read.unused())));
      }
    } else if (!minRating && ratings == Ratings.COUNTS) {
      console.say(
          "The ratings go far beyond a rating scale and look like counts (or times): if they are, %s."
              .formatted(
                  explicit
                      ? "leave --explicit out"
                      : "keep all events with --min-rating 0, or name the column with"
                          + " --weight-column"));
    }
  }

  private void row(Dropped dropped) {
    console.say(
        (SIZE + "   by %s")
            .formatted(
                "dropped", dropped.users(), dropped.items(), dropped.events(), dropped.by()));
  }

  private void row(String name, Counts counts) {
    console.say(
        (SIZE + " %9.2f%%")
            .formatted(
                name, counts.users(), counts.items(), counts.events(), 100 * counts.sparsity()));
  }

  private void row(String name, EvaluationCounts counts) {
    console.say(
        "%-12s %,9d %9s %,12d   of these %,d held out; %,d users without a held-out item"
            .formatted(
                name,
                counts.users(),
                "",
                counts.foldIn() + counts.heldOut(),
                counts.heldOut(),
                counts.usersWithoutHeldOut()));
  }
}
