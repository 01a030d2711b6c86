package dev.elbo.baseline;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.engine.TopN;
import dev.elbo.io.Tensor;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Parameters;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * Nearest neighbours among items. The similarity of two items is the cosine of their columns of the
 * training users {@code X [users, I]}, which for binary columns is
 *
 * <pre>
 *   s_ij = n_ij / (sqrt(n_i n_j) + shrink)
 * </pre>
 *
 * of the numbers of users who have both, and either. Each item keeps the {@code K} items that are
 * most similar to it, itself excluded; of equals, the lower number. Items that no user has together
 * are no neighbours. An item's score is the sum of its similarities to those items of the user that
 * have it among their neighbours.
 *
 * <p>Source: Sarwar, Karypis, Konstan and Riedl, "Item-based collaborative filtering recommendation
 * algorithms" (WWW 2001), for the cosine and for keeping K; Deshpande and Karypis, "Item-based
 * top-N recommendation algorithms" (TOIS 2004), for the sum. The shrinkage, which mistrusts what
 * few users have in common, is as in Ferrari Dacrema, Cremonesi and Jannach, "Are we really making
 * much progress?" (RecSys 2019).
 */
public final class ItemKnn implements FittedBaseline {
  private static final String INDPTR = "similarity.indptr";
  private static final String INDICES = "similarity.indices";
  private static final String VALUES = "similarity.values";

  /** Row i: the neighbours of item i. */
  private final CsrMatrix neighbours;

  /** Their similarities, {@code [N]}. */
  private final float[] similarities;

  private ItemKnn(CsrMatrix neighbours, float[] similarities) {
    this.neighbours = neighbours;
    this.similarities = similarities;
  }

  static ItemKnn of(Parameters parameters, int items) {
    int[] indptr = parameters.int32(INDPTR, items + 1);
    CsrMatrix neighbours = new CsrMatrix(items, indptr, parameters.int32(INDICES, indptr[items]));
    return new ItemKnn(neighbours, parameters.float32(VALUES, indptr[items]));
  }

  /**
   * Finds the neighbours.
   *
   * @param training what the training users have, {@code [users, I]}
   * @param k how many neighbours each item keeps, {@code K}
   * @param shrink what is added to the denominator, 0 or more
   * @param workers the threads to compute on; the result does not depend on their number
   * @throws IllegalArgumentException if a number is out of range
   */
  public static ItemKnn fit(CsrMatrix training, int k, double shrink, Workers workers) {
    if (k < 1) {
      throw new IllegalArgumentException("%d neighbours: expected 1 or more".formatted(k));
    }
    if (!(shrink >= 0 && shrink < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the shrinkage must not be negative: " + shrink);
    }
    int items = training.columns();
    int[] users = training.columnCounts();
    CoOccurrences both = new CoOccurrences(training);
    int[][] neighbours = new int[items][];
    float[][] similarities = new float[items][];
    workers.forEach(
        items,
        item -> {
          float[] row = new float[items];
          both.add(item, row, 0);
          for (int other = 0; other < items; other++) {
            if (row[other] > 0) {
              double lengths = Math.sqrt((double) users[item] * users[other]);
              row[other] = (float) (row[other] / (lengths + shrink));
            }
          }
          neighbours[item] =
              Arrays.stream(TopN.of(row, k, item))
                  .filter(other -> row[other] > 0)
                  .sorted()
                  .toArray();
          similarities[item] = new float[neighbours[item].length];
          for (int n = 0; n < neighbours[item].length; n++) {
            similarities[item][n] = row[neighbours[item][n]];
          }
        });
    return concatenate(neighbours, similarities);
  }

  private static ItemKnn concatenate(int[][] neighbours, float[][] similarities) {
    int items = neighbours.length;
    int[] indptr = new int[items + 1];
    for (int item = 0; item < items; item++) {
      indptr[item + 1] = Math.addExact(indptr[item], neighbours[item].length);
    }
    int[] indices = new int[indptr[items]];
    float[] values = new float[indptr[items]];
    for (int item = 0; item < items; item++) {
      int length = neighbours[item].length;
      System.arraycopy(neighbours[item], 0, indices, indptr[item], length);
      System.arraycopy(similarities[item], 0, values, indptr[item], length);
    }
    return new ItemKnn(new CsrMatrix(items, indptr, indices), values);
  }

  /**
   * {@code similarity.indptr [I + 1]}, {@code similarity.indices [N]} and {@code similarity.values
   * [N]}, as SciPy's {@code csr_matrix} takes them: in row i the neighbours of item i.
   */
  @Override
  public Parameters parameters() {
    int[] indptr = neighbours.indptr();
    int[] indices = neighbours.indices();
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(INDPTR, new Tensor.Int32(new int[] {indptr.length}, indptr));
    tensors.put(INDICES, new Tensor.Int32(new int[] {indices.length}, indices));
    tensors.put(VALUES, new Tensor.Float32(new int[] {similarities.length}, similarities));
    return new Parameters(tensors);
  }

  @Override
  public int items() {
    return neighbours.columns();
  }

  @Override
  public void score(int[] history, float[] scores) {
    int[] indptr = neighbours.indptr();
    int[] indices = neighbours.indices();
    for (int item : history) {
      for (int n = indptr[item]; n < indptr[item + 1]; n++) {
        scores[indices[n]] += similarities[n];
      }
    }
  }

  @Override
  public List<Ranked> nearest(int item, int k) {
    return IntStream.range(neighbours.indptr()[item], neighbours.indptr()[item + 1])
        .mapToObj(n -> new Ranked(neighbours.indices()[n], similarities[n]))
        .sorted(Comparator.comparingDouble(Ranked::score).reversed())
        .limit(k)
        .toList();
  }
}
