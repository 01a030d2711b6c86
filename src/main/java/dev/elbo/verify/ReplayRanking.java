package dev.elbo.verify;

import dev.elbo.data.CsrMatrix;
import dev.elbo.eval.Ndcg;
import dev.elbo.eval.Recall;
import dev.elbo.verify.Mistake.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/** Scores, ranking and metrics of a golden case, with mistakes put in. */
final class ReplayRanking {

  /** What stands in {@code top_n} where a user has no item left. */
  private static final int NONE = -1;

  private final Set<Kind> kinds;
  private final DMatrixRMaj logits;
  private final CsrMatrix seen;
  private final CsrMatrix heldOut;
  private final int k;

  /**
   * @param logits of a scoring pass, {@code [B, I]}
   */
  ReplayRanking(GoldenCase golden, Set<Mistake> mistakes, DMatrixRMaj logits) {
    this.kinds = Mistake.kinds(mistakes);
    this.logits = logits;
    this.seen = golden.input();
    this.heldOut = golden.heldOut();
    this.k = golden.tensors().get("top_n").shape()[1];
  }

  private boolean has(Kind kind) {
    return kinds.contains(kind);
  }

  /** The values by the names of the golden tensors. */
  Map<String, double[]> tensors() {
    double[] topN = new double[logits.numRows * k];
    Arrays.fill(topN, NONE);
    List<Double> recalls = new ArrayList<>();
    List<Double> ndcgs = new ArrayList<>();
    for (int user = 0; user < logits.numRows; user++) {
      int[] best = best(user);
      int[] wanted = heldOut.row(user);
      for (int n = 0; n < best.length; n++) {
        topN[user * k + n] = best[n];
      }
      int[] hitRanks =
          IntStream.rangeClosed(1, best.length)
              .filter(rank -> Arrays.binarySearch(wanted, best[rank - 1]) >= 0)
              .toArray();
      if (wanted.length > 0) {
        recalls.add(recall(hitRanks, wanted.length));
        ndcgs.add(ndcg(hitRanks, wanted.length));
      } else if (has(Kind.EMPTY_USERS_COUNTED)) {
        recalls.add(0.0);
        ndcgs.add(0.0);
      }
    }
    Map<String, double[]> tensors = new HashMap<>();
    tensors.put("scores", scores());
    tensors.put("top_n", topN);
    tensors.put(new Recall(k).name(), mean(recalls));
    tensors.put(new Ndcg(k).name(), mean(ndcgs));
    return tensors;
  }

  private static double[] mean(List<Double> values) {
    return new double[] {values.stream().mapToDouble(value -> value).average().orElseThrow()};
  }

  private boolean isSeen(int user, int item) {
    return Arrays.binarySearch(seen.row(user), item) >= 0;
  }

  /** The first {@code k} items by score; of equal scores the lower item first. */
  private int[] best(int user) {
    double[] scores =
        IntStream.range(0, logits.numCols)
            .mapToDouble(
                item ->
                    has(Kind.SEEN_SET_TO_ZERO) && isSeen(user, item) ? 0 : logits.get(user, item))
            .toArray();
    boolean all = has(Kind.SEEN_NOT_EXCLUDED) || has(Kind.SEEN_SET_TO_ZERO);
    return IntStream.range(0, scores.length)
        .filter(item -> all || !isSeen(user, item))
        .boxed()
        .sorted(Comparator.comparingDouble(item -> -scores[item]))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private double recall(int[] hitRanks, int wanted) {
    int possible = Math.min(k, wanted);
    if (has(Kind.RECALL_OVER_HELD_OUT)) {
      possible = wanted;
    } else if (has(Kind.RECALL_OVER_K)) {
      possible = k;
    }
    return (double) hitRanks.length / possible;
  }

  private double ndcg(int[] hitRanks, int wanted) {
    int ideal = Math.min(k, wanted);
    if (has(Kind.NDCG_IDEAL_OF_HELD_OUT)) {
      ideal = wanted;
    } else if (has(Kind.NDCG_IDEAL_OF_K)) {
      ideal = k;
    }
    return new Ndcg(Integer.MAX_VALUE).of(hitRanks, ideal);
  }

  private double[] scores() {
    double[] scores = logits.data.clone();
    for (int user = 0; user < logits.numRows; user++) {
      int from = user * logits.numCols;
      double max = Arrays.stream(scores, from, from + logits.numCols).max().orElseThrow();
      double sum =
          Arrays.stream(scores, from, from + logits.numCols).map(s -> Math.exp(s - max)).sum();
      for (int item = 0; item < logits.numCols; item++) {
        double logP = scores[from + item] - max - Math.log(sum);
        if (has(Kind.SCORES_SOFTMAX)) {
          scores[from + item] = Math.exp(logP);
        } else if (has(Kind.SCORES_LOG_SOFTMAX)) {
          scores[from + item] = logP;
        } else if (isSeen(user, item) && has(Kind.SCORES_MASKED)) {
          scores[from + item] = Double.NEGATIVE_INFINITY;
        } else if (isSeen(user, item) && has(Kind.SEEN_SET_TO_ZERO)) {
          scores[from + item] = 0;
        }
      }
    }
    return scores;
  }
}
