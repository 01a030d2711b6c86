package dev.elbo.data;

import dev.elbo.ElboException;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Ratings ready for training and evaluation. On disk it is a folder:
 *
 * <ul>
 *   <li>{@code data.safetensors}: of each matrix {@code train}, {@code validation.foldin}, {@code
 *       validation.heldout}, {@code test.foldin} and {@code test.heldout} the boundaries {@code
 *       .indptr [users + 1]} and the columns {@code .indices [N]}, both {@code I32}, as SciPy's
 *       {@code csr_matrix} takes them; of data with ratings also {@code .values [N]}, {@code F32};
 *       of a temporal split also {@code .sequence [N]}, {@code I32}, the columns of each row in the
 *       order of time;
 *   <li>{@code items.txt}, {@code train-users.txt}, {@code validation-users.txt}, {@code
 *       test-users.txt}: external ids, one a line in the order of columns or rows, UTF-8;
 *   <li>{@code data.json}: format version, description, and the SHA-256 of each of the others.
 * </ul>
 *
 * @param train the items of each training user, {@code [users, I]}, with their ratings if it is
 *     ratings that models are to predict
 * @param trainUserIds external id of each training user
 * @param itemIds external id of each item, {@code [I]}
 * @param validation users that the best model is chosen on
 * @param test users that the chosen model is judged on
 * @param description where it comes from and how much it is
 * @param sha256 identifies the matrices: the SHA-256 of {@code data.safetensors}, in hexadecimal;
 *     of {@link #transposed} data, that of the data it was made from
 */
public record PreparedData(
    CsrMatrix train,
    List<String> trainUserIds,
    List<String> itemIds,
    EvaluationUsers validation,
    EvaluationUsers test,
    DataDescription description,
    String sha256) {

  /**
   * Checks that the parts fit.
   *
   * @throws IllegalArgumentException if their numbers of users or items differ
   */
  public PreparedData {
    int items = itemIds.size();
    if (train.rows() != trainUserIds.size()
        || train.columns() != items
        || validation.foldIn().columns() != items
        || test.foldIn().columns() != items) {
      throw new IllegalArgumentException(
          "%d training users, %d items, train %d x %d, validation of %d items, test of %d items"
              .formatted(
                  trainUserIds.size(),
                  items,
                  train.rows(),
                  train.columns(),
                  validation.foldIn().columns(),
                  test.foldIn().columns()));
    }
  }

  /**
   * Data that is not on disk yet.
   *
   * @throws IllegalArgumentException if numbers of users or items differ
   */
  public PreparedData(
      CsrMatrix train,
      List<String> trainUserIds,
      List<String> itemIds,
      EvaluationUsers validation,
      EvaluationUsers test,
      DataDescription description) {
    this(
        train,
        trainUserIds,
        itemIds,
        validation,
        test,
        description,
        PreparedDirectory.sha256(train, validation, test));
  }

  /** Whether it holds ratings, for models that predict them, and not just who has what. */
  public boolean hasRatings() {
    return train.hasValues();
  }

  /** Whether there are users to choose a model by, and to judge it on. */
  public boolean hasHeldOut() {
    return validation.size() > 0;
  }

  /** The scale of the training users' ratings. */
  public RatingScale ratingScale() {
    return RatingScale.of(train.values());
  }

  /**
   * Whether training, validation and test have the same users in the same order, as those of a weak
   * split do.
   */
  public boolean hasSameUsersInEachPart() {
    return trainUserIds.equals(validation.userIds()) && trainUserIds.equals(test.userIds());
  }

  /** Whose histories. */
  public enum Part {
    TRAIN,
    VALIDATION,
    TEST
  }

  private List<String> userIds(Part part) {
    return switch (part) {
      case TRAIN -> trainUserIds;
      case VALIDATION -> validation.userIds();
      case TEST -> test.userIds();
    };
  }

  private CsrMatrix histories(Part part) {
    return switch (part) {
      case TRAIN -> train;
      case VALIDATION -> validation.foldIn();
      case TEST -> test.foldIn();
    };
  }

  /**
   * What a model may know of a user: the items trained on, or the fold-in items of a held-out user.
   *
   * @param userId external id of the user
   * @return the events, with ratings if the data has them, and in the order of time if it has one;
   *     empty if the data does not have the user
   */
  public Optional<Interactions> history(String userId) {
    for (Part part : Part.values()) {
      int row = userIds(part).indexOf(userId);
      if (row >= 0) {
        var events = new Events();
        events.add(userId, histories(part), row);
        return Optional.of(events.of(itemIds));
      }
    }
    return Optional.empty();
  }

  /**
   * The same of all users of some parts, in the order of the data. Who is in several, as everybody
   * is in those of a weak split, is there once: as in the first of them.
   *
   * @param parts which parts
   */
  public Interactions histories(List<Part> parts) {
    var events = new Events();
    for (Part part : parts) {
      CsrMatrix histories = histories(part);
      for (int row = 0; row < histories.rows(); row++) {
        events.add(userIds(part).get(row), histories, row);
      }
    }
    return events.of(itemIds);
  }

  /** Events that rows of matrices become. */
  private static final class Events {
    private final SequencedSet<String> userIds = new LinkedHashSet<>();
    private final IntArrayList users = new IntArrayList();
    private final IntArrayList items = new IntArrayList();
    private final FloatArrayList ratings = new FloatArrayList();

    void add(String userId, CsrMatrix histories, int row) {
      if (!userIds.add(userId)) {
        return;
      }
      int from = histories.indptr()[row];
      int to = histories.indptr()[row + 1];
      for (int n = from; n < to; n++) {
        int item = (histories.hasOrder() ? histories.sequence() : histories.indices())[n];
        users.add(userIds.size() - 1);
        items.add(item);
        if (histories.hasValues()) {
          ratings.add(histories.values()[Arrays.binarySearch(histories.indices(), from, to, item)]);
        }
      }
    }

    Interactions of(List<String> itemIds) {
      return new Interactions(
          List.copyOf(userIds),
          itemIds,
          users.toIntArray(),
          items.toIntArray(),
          ratings.toFloatArray(),
          new long[0]);
    }
  }

  /**
   * The same data with users and items exchanged: for a model that reads an item's ratings by all
   * users.
   *
   * @throws ElboException unless each part has the same users, who become the columns
   */
  public PreparedData transposed() {
    if (!hasHeldOut()) {
      EvaluationUsers nobody = EvaluationUsers.none(trainUserIds.size());
      return new PreparedData(
          train.transposed(), itemIds, trainUserIds, nobody, nobody, description, sha256);
    }
    if (!hasSameUsersInEachPart()) {
      throw new ElboException(
          "a model that reads items knows the users it was trained on, and the data has others to"
              + " judge it on: it takes a weak split");
    }
    return new PreparedData(
        train.transposed(),
        itemIds,
        trainUserIds,
        validation.transposed(itemIds),
        test.transposed(itemIds),
        description,
        sha256);
  }

  /**
   * Writes the folder. Prepared data that is already there is replaced at the very end, in one
   * step: however this ends, the old or the new can be read. Nothing else may be writing there
   * ({@link dev.elbo.io.FolderLock}).
   *
   * @param directory the folder; the one it lies in is made if need be
   * @throws ElboException if it cannot be written, or something else is already there
   */
  public void write(Path directory) {
    PreparedDirectory.write(directory, this);
  }

  /**
   * Reads the folder; the old or the new data, if it is being replaced.
   *
   * @param directory the folder
   * @throws ElboException if it cannot be read, or its files are damaged or do not fit together
   */
  public static PreparedData read(Path directory) {
    return PreparedDirectory.read(directory);
  }
}
