package dev.elbo.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.eval.AccuracyMetric;
import dev.elbo.eval.JudgedList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Evaluates a model with PyTorch: scores, masks the history, takes the best, compares. */
final class TorchEvaluation {

  /** How the best items are found. */
  enum Selection {
    /** {@code torch.topk}. */
    TOP_K,
    /** On one thread, like NumPy's. */
    ARG_PARTITION
  }

  private final TorchMultVae model;
  private final EvaluationUsers users;
  private final List<AccuracyMetric> metrics;
  private final int batchSize;
  private final int k;
  private final List<TorchBatch> batches;
  private final PtNDArray masked;

  /**
   * An evaluation; all batches are made now, before the clock starts.
   *
   * @param model scores
   * @param users whom to evaluate on; each has a held-out item
   * @param metrics what to measure
   * @param batchSize users scored at a time
   */
  TorchEvaluation(
      TorchMultVae model, EvaluationUsers users, List<AccuracyMetric> metrics, int batchSize) {
    this.model = model;
    this.users = users;
    this.metrics = metrics;
    this.batchSize = batchSize;
    this.k = metrics.stream().mapToInt(AccuracyMetric::k).max().orElseThrow();
    this.batches =
        IntStream.iterate(0, from -> from < users.size(), from -> from + batchSize)
            .mapToObj(from -> model.batch(foldIn(from)))
            .toList();
    this.masked = (PtNDArray) model.manager().create(Float.NEGATIVE_INFINITY);
  }

  private CsrMatrix foldIn(int from) {
    return users
        .foldIn()
        .select(IntStream.range(from, Math.min(from + batchSize, users.size())).toArray());
  }

  /**
   * Evaluates once.
   *
   * @param selection how the best items are found
   * @return the mean of each metric over the users
   */
  double[] evaluate(Selection selection) {
    double[] sums = new double[metrics.size()];
    for (int b = 0; b < batches.size(); b++) {
      int[][] best = best(batches.get(b), selection);
      for (int position = 0; position < best.length; position++) {
        add(best[position], users.heldOut().row(b * batchSize + position), sums);
      }
    }
    return Arrays.stream(sums).map(sum -> sum / users.size()).toArray();
  }

  private int[][] best(TorchBatch batch, Selection selection) {
    try (var scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray scores = model.scores(batch);
      JniUtils.indexAdvPut(
          (PtNDArray) scores.flatten(), new NDIndex("{}", batch.targets()), masked);
      int rows = Math.toIntExact(scores.getShape().get(0));
      int items = Math.toIntExact(scores.getShape().get(1));
      return switch (selection) {
        case TOP_K -> {
          long[] flat = scores.topK(k, 1, true, true).get(1).toLongArray();
          yield rows(
              rows,
              row -> Arrays.stream(flat, row * k, (row + 1) * k).mapToInt(i -> (int) i).toArray());
        }
        case ARG_PARTITION -> {
          float[] flat = scores.toFloatArray();
          yield rows(rows, row -> ArgPartition.best(flat, row * items, items, k));
        }
      };
    }
  }

  private static int[][] rows(int rows, IntFunction<int[]> row) {
    return IntStream.range(0, rows).mapToObj(row).toArray(int[][]::new);
  }

  private void add(int[] best, int[] heldOut, double[] sums) {
    int[] hitRanks =
        IntStream.rangeClosed(1, best.length)
            .filter(rank -> Arrays.binarySearch(heldOut, best[rank - 1]) >= 0)
            .toArray();
    JudgedList list = JudgedList.of(hitRanks, heldOut.length, best.length);
    for (int m = 0; m < sums.length; m++) {
      sums[m] += metrics.get(m).of(list);
    }
  }
}
