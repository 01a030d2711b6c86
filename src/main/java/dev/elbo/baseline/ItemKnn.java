package dev.elbo.baseline;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.engine.TopN;
import dev.elbo.linalg.Workers;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.Parameters;
import java.util.Arrays;
import java.util.List;

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
  private static final String SIMILARITY = "similarity";

  /** Row i: the neighbours of item i, with their similarities. */
  private final SparseWeights similarities;

  private ItemKnn(SparseWeights similarities) {
    this.similarities = similarities;
  }

  static ItemKnn of(Parameters parameters, int items) {
    return new ItemKnn(SparseWeights.of(SIMILARITY, parameters, items));
  }

  /**
   * Finds the neighbours.
   *
   * @param training what the training users have, {@code [users, I]}
   * @param options its numbers
   * @param workers the threads to compute on; the result does not depend on their number
   */
  public static ItemKnn fit(CsrMatrix training, BaselineOptions.ItemKnn options, Workers workers) {
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
              row[other] = (float) (row[other] / (lengths + options.shrink()));
            }
          }
          neighbours[item] =
              Arrays.stream(TopN.of(row, options.neighbours(), item))
                  .filter(other -> row[other] > 0)
                  .sorted()
                  .toArray();
          similarities[item] = new float[neighbours[item].length];
          for (int n = 0; n < neighbours[item].length; n++) {
            similarities[item][n] = row[neighbours[item][n]];
          }
        });
    return new ItemKnn(SparseWeights.ofRows(neighbours, similarities));
  }

  /**
   * {@code similarity.indptr [I + 1]}, {@code similarity.indices [N]} and {@code similarity.values
   * [N]}, as SciPy's {@code csr_matrix} takes them: in row i the neighbours of item i.
   */
  @Override
  public Parameters parameters() {
    return similarities.parameters(SIMILARITY);
  }

  @Override
  public int items() {
    return similarities.items();
  }

  @Override
  public void score(int[] history, float[] scores) {
    similarities.add(history, scores);
  }

  @Override
  public List<Ranked> nearest(int item, int k) {
    return similarities.nearest(item, k);
  }
}
