package dev.elbo.audit;

import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.data.PreparedData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * What recommendations are judged by: users and what is held out of their items, and what a system
 * could know. The matrices are not copied.
 *
 * @param users whom recommendations are for; what each has already, and what is held out
 * @param itemIds external id of each item, {@code [I]}
 * @param training what a model is trained on, {@code [users, I]}; empty if that is not known, as of
 *     TREC's topics
 * @param isGraded whether held-out items differ in what they are worth; not where one is worth 0 or
 *     less, on a scale that NDCG cannot be taken over
 */
public record Truth(
    EvaluationUsers users, List<String> itemIds, Optional<CsrMatrix> training, boolean isGraded) {

  /** Held-out items are worth their ratings, if they have any. */
  private Truth(EvaluationUsers users, List<String> itemIds, Optional<CsrMatrix> training) {
    this(users, itemIds, training, isGraded(users.heldOut().values()));
  }

  private static boolean isGraded(float[] values) {
    return values.length > 0 && IntStream.range(0, values.length).allMatch(n -> values[n] > 0);
  }

  /**
   * What prepared data says of some users.
   *
   * @param data the data
   * @param users its validation or its test users
   */
  public static Truth of(PreparedData data, EvaluationUsers users) {
    return new Truth(users, data.itemIds(), Optional.of(data.train()));
  }

  /**
   * What TREC's qrels say: documents with a relevance above 0 are held out, worth as much as it is;
   * topics without one have nothing held out.
   *
   * @param qrels the relevance of each document, by topic
   */
  public static Truth of(SequencedMap<String, SequencedMap<String, Double>> qrels) {
    Map<String, Integer> items = new LinkedHashMap<>();
    List<int[]> pairs = new ArrayList<>();
    List<Double> grades = new ArrayList<>();
    List<String> topics = List.copyOf(qrels.keySet());
    for (int user = 0; user < topics.size(); user++) {
      for (var document : qrels.get(topics.get(user)).entrySet()) {
        int item = items.computeIfAbsent(document.getKey(), _ -> items.size());
        if (document.getValue() > 0) {
          pairs.add(new int[] {user, item});
          grades.add(document.getValue());
        }
      }
    }
    float[] values = new float[grades.size()];
    for (int n = 0; n < values.length; n++) {
      values[n] = grades.get(n).floatValue();
    }
    CsrMatrix heldOut =
        CsrMatrix.of(
            topics.size(),
            items.size(),
            pairs.stream().mapToInt(pair -> pair[0]).toArray(),
            pairs.stream().mapToInt(pair -> pair[1]).toArray(),
            values);
    CsrMatrix nothing = CsrMatrix.of(topics.size(), items.size(), new int[0], new int[0]);
    return new Truth(
        new EvaluationUsers(topics, nothing, heldOut),
        List.copyOf(items.keySet()),
        Optional.empty());
  }

  /** Number of users. */
  public int size() {
    return users.size();
  }

  /** Number of items, {@code I}. */
  public int items() {
    return itemIds.size();
  }

  /** How many items are held out of a user's. */
  public int heldOut(int user) {
    return users.heldOut().size(user);
  }

  /** Number of users of whose items some are held out: those that there is something to find of. */
  public int judged() {
    int judged = 0;
    for (int user = 0; user < size(); user++) {
      judged += heldOut(user) > 0 ? 1 : 0;
    }
    return judged;
  }

  /** What an item is worth to a user: 0 if it is not held out. */
  double gain(int user, int item) {
    CsrMatrix heldOut = users.heldOut();
    int at =
        Arrays.binarySearch(
            heldOut.indices(), heldOut.indptr()[user], heldOut.indptr()[user + 1], item);
    if (at < 0) {
      return 0;
    }
    return isGraded ? heldOut.values()[at] : 1;
  }

  /** What all of a user's held-out items are worth, descending. */
  double[] gains(int user) {
    double[] gains =
        Arrays.stream(users.heldOut().row(user)).mapToDouble(item -> -gain(user, item)).toArray();
    Arrays.sort(gains);
    return Arrays.stream(gains).map(gain -> -gain).toArray();
  }

  /** Whether a user has an item already. */
  boolean hasSeen(int user, int item) {
    CsrMatrix foldIn = users.foldIn();
    return Arrays.binarySearch(
            foldIn.indices(), foldIn.indptr()[user], foldIn.indptr()[user + 1], item)
        >= 0;
  }
}
