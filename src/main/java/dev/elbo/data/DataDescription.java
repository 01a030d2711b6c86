package dev.elbo.data;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.data.read.ReadingOptions;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where prepared data comes from and how much it is; stored in {@code data.json}.
 *
 * @param source the ratings file
 * @param filter which events were kept
 * @param split the split
 * @param droppedByFilter what the filter dropped, in the order of its steps, without those that
 *     dropped nothing; {@code null}, as in files of versions that did not say, is empty
 * @param filtered what the filter left
 * @param filteredSha256 {@link Interactions#sha256} of it; null in files of versions that did not
 *     say
 * @param droppedBySplit what the split dropped of it; {@code null} is empty
 * @param train what a model is trained on
 * @param validation what it is chosen on
 * @param test what it is judged on
 */
public record DataDescription(
    Source source,
    Filter filter,
    Split split,
    @JsonSetter(nulls = Nulls.SET) List<Dropped> droppedByFilter,
    Counts filtered,
    @JsonSetter(nulls = Nulls.SET) String filteredSha256,
    @JsonSetter(nulls = Nulls.SET) List<Dropped> droppedBySplit,
    Counts train,
    EvaluationCounts validation,
    EvaluationCounts test) {

  /** Takes no list of what was dropped for an empty one. */
  public DataDescription {
    droppedByFilter = droppedByFilter == null ? List.of() : List.copyOf(droppedByFilter);
    droppedBySplit = droppedBySplit == null ? List.of() : List.copyOf(droppedBySplit);
  }

  /**
   * A ratings file, or several that were read as one; then names and hashes are separated by ", ".
   *
   * @param file its name, without folders
   * @param sha256 SHA-256 of its bytes as they are stored, in hexadecimal
   * @param format the format it was read as
   * @param events number of events read, without duplicates and bad lines
   * @param users number of users read
   * @param items number of items read
   * @param duplicatesDropped number of events dropped because a later one has the same user and
   *     item
   * @param badLinesDropped number of lines, each of them an event, that were left out because they
   *     are not as expected; {@code null}, as in files of versions that did not say, is 0
   * @param reading how the file was read, where its content does not say; {@code null}, as in files
   *     of versions that did not say, is {@link ReadingOptions#DEFAULT}
   * @param shuffleSeed seed of the order that the events were put in; {@code null} for that of the
   *     file
   */
  public record Source(
      String file,
      String sha256,
      String format,
      long events,
      int users,
      int items,
      long duplicatesDropped,
      @JsonSetter(nulls = Nulls.SET) Long badLinesDropped,
      @JsonSetter(nulls = Nulls.SET) ReadingOptions reading,
      @JsonSetter(nulls = Nulls.SET) Long shuffleSeed) {

    /** Takes no number of bad lines for 0, and no options for the default. */
    public Source {
      badLinesDropped = badLinesDropped == null ? Long.valueOf(0) : badLinesDropped;
      reading = reading == null ? ReadingOptions.DEFAULT : reading;
    }

    /** Events that come from no file; the hash is that of {@link Interactions#sha256}. */
    public static Source ofMemory(Interactions events) {
      return new Source(
          /* file= */ "",
          events.sha256(),
          /* format= */ "memory",
          events.size(),
          events.userIds().size(),
          events.itemIds().size(),
          /* duplicatesDropped= */ 0,
          /* badLinesDropped= */ null,
          /* reading= */ null,
          /* shuffleSeed= */ null);
    }
  }

  /**
   * The size of a matrix of users and items.
   *
   * @param users number of rows
   * @param items number of columns
   * @param events number of stored values
   * @param sparsity fraction of the cells that are empty
   */
  public record Counts(int users, int items, long events, double sparsity) {
    /** So many users, items and events, with the sparsity that follows. */
    public static Counts of(int users, int items, long events) {
      return new Counts(users, items, events, 1 - events / ((double) users * items));
    }
  }

  /**
   * The size of a part that models are judged on.
   *
   * @param users number of users
   * @param foldIn number of events that the model sees
   * @param heldOut number of events that it is to find
   * @param usersWithoutHeldOut number of users that nothing is held out of
   */
  public record EvaluationCounts(int users, int foldIn, int heldOut, int usersWithoutHeldOut) {
    /** The size of some users' matrices. */
    public static EvaluationCounts of(EvaluationUsers users) {
      CsrMatrix heldOut = users.heldOut();
      return new EvaluationCounts(
          users.size(),
          users.foldIn().size(),
          heldOut.size(),
          (int) IntStream.range(0, heldOut.rows()).filter(row -> heldOut.size(row) == 0).count());
    }
  }
}
