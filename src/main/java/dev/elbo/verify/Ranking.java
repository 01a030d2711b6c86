package dev.elbo.verify;

import dev.elbo.data.CsrMatrix;
import dev.elbo.eval.AccuracyMetric;
import dev.elbo.eval.JudgedList;
import dev.elbo.eval.Ndcg;
import dev.elbo.eval.PlainRecall;
import dev.elbo.eval.Precision;
import dev.elbo.eval.Recall;
import dev.elbo.reference.objective.MultinomialLoss;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/** Scores, ranking and metrics of a golden case, with mistakes put in. */
final class Ranking {

  /** What stands in {@code top_n} where a user has no item left. */
  private static final int NONE = -1;

  private final Set<Kind> mistakes;
  private final DMatrixRMaj logits;
  private final CsrMatrix seen;
  private final CsrMatrix heldOut;
  private final int k;

  /**
   * @param logits of a scoring pass, {@code [B, I]}
   */
  Ranking(GoldenCase golden, Set<Kind> mistakes, DMatrixRMaj logits) {
    this.mistakes = mistakes;
    this.logits = logits;
    this.seen = golden.input();
    this.heldOut = golden.heldOut();
    this.k = golden.tensors().get("top_n").shape()[1];
  }

  private boolean has(Kind kind) {
    return mistakes.contains(kind);
  }

  /** The values by the names of the golden tensors. */
  Map<String, double[]> tensors() {
    double[] topN = new double[logits.numRows * k];
    Arrays.fill(topN, NONE);
    for (int user = 0; user < logits.numRows; user++) {
      int[] best = best(user);
      for (int n = 0; n < best.length; n++) {
        topN[user * k + n] = best[n];
      }
    }
    Map<String, double[]> tensors = new HashMap<>();
    tensors.put("scores", scores());
    tensors.put("top_n", topN);
    tensors.put(new Recall(k).name(), mean(recall()));
    tensors.put(new Ndcg(k).name(), mean(ndcg()));
    return tensors;
  }

  private double[] mean(AccuracyMetric metric) {
    double mean =
        IntStream.range(0, logits.numRows)
            .filter(user -> heldOut.size(user) > 0 || has(Kind.EMPTY_USERS_COUNTED))
            .mapToDouble(user -> heldOut.size(user) == 0 ? 0 : metric.of(judged(user)))
            .average()
            .orElseThrow();
    return new double[] {mean};
  }

  private JudgedList judged(int user) {
    int[] best = best(user);
    int[] hitRanks =
        IntStream.rangeClosed(1, best.length)
            .filter(rank -> Arrays.binarySearch(heldOut.row(user), best[rank - 1]) >= 0)
            .toArray();
    return JudgedList.of(hitRanks, heldOut.size(user), best.length);
  }

  private AccuracyMetric recall() {
    if (has(Kind.RECALL_OVER_HELD_OUT)) {
      return new PlainRecall(k);
    }
    return has(Kind.RECALL_OVER_K) ? new Precision(k) : new Recall(k);
  }

  private AccuracyMetric ndcg() {
    Ndcg.Ideal cut = has(Kind.NDCG_IDEAL_OF_K) ? Ndcg.Ideal.CUTOFF : Ndcg.Ideal.CUT;
    Ndcg.Ideal ideal = has(Kind.NDCG_IDEAL_OF_HELD_OUT) ? Ndcg.Ideal.ALL : cut;
    return new Ndcg(k, Ndcg.Gain.BINARY, Ndcg.Discount.LOG2, ideal);
  }

  private boolean isSeen(int user, int item) {
    return Arrays.binarySearch(seen.row(user), item) >= 0;
  }

  /** The first {@code k} items by score; of equal scores the lower item first. */
  private int[] best(int user) {
    boolean zeroed = has(Kind.SEEN_SET_TO_ZERO);
    return IntStream.range(0, logits.numCols)
        .filter(item -> zeroed || has(Kind.SEEN_NOT_EXCLUDED) || !isSeen(user, item))
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                item -> zeroed && isSeen(user, item) ? 0 : -logits.get(user, item)))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private double[] scores() {
    MultinomialLoss softmax = new MultinomialLoss();
    softmax.forward(logits, seen);
    DMatrixRMaj scores = has(Kind.SCORES_LOG_SOFTMAX) ? softmax.logP : logits.copy();
    for (int user = 0; user < scores.numRows; user++) {
      for (int item = 0; item < scores.numCols; item++) {
        if (has(Kind.SCORES_SOFTMAX)) {
          scores.set(user, item, Math.exp(softmax.logP.get(user, item)));
        } else if (has(Kind.SCORES_MASKED) && isSeen(user, item)) {
          scores.set(user, item, Double.NEGATIVE_INFINITY);
        } else if (has(Kind.SEEN_SET_TO_ZERO) && isSeen(user, item)) {
          scores.set(user, item, 0);
        }
      }
    }
    return scores.data;
  }
}
