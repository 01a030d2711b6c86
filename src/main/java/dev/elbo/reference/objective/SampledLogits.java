package dev.elbo.reference.objective;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * Logits whose softmax has an unbiased estimate of its denominator (importance sampling, as Bengio
 * and Senecal 2003 have it for language models).
 *
 * <p>Let {@code x} be the items of a user, and {@code j_1 ... j_m} items that were drawn for the
 * whole batch, each item {@code m q_j} times on average. The exact denominator and its estimate are
 *
 * <pre>
 * Z  = sum_{i in x} exp(s_i) + sum_{j not in x} exp(s_j)
 * Z' = sum_{i in x} exp(s_i) + sum_{t: j_t not in x} exp(s_{j_t}) / (m q_{j_t})
 * </pre>
 *
 * With {@code c_j} draws of item {@code j} the last sum is one over items, and {@code E c_j = m
 * q_j}, so
 *
 * <pre>
 * E Z' = sum_{i in x} exp(s_i) + sum_{j not in x} E c_j exp(s_j) / (m q_j) = Z
 * </pre>
 *
 * whatever the items of the user are: one set of draws serves all users of a batch, and a drawn
 * item that a user has is left out of that user's negatives, whose {@code q} stays as it is. What
 * is left out is not random. {@code Z'} is the sum of exponentials of
 *
 * <pre>
 * s'_i = s_i                                 the user's own items, drawn or not
 * s'_j = s_j + log c_j - log(m q_j)          other items that were drawn
 * s'_j = -infinity                           all others
 * </pre>
 *
 * so the loss and its gradient are those of {@link MultinomialLoss} with {@code s'} for {@code s}:
 * {@code ds_j = ds'_j}, and nothing where nothing is computed. The correction is of negatives only;
 * a user's own items are not drawn but always there. If all items are drawn once, and once is
 * expected, {@code s' = s}.
 *
 * <p>{@code log Z'} is not unbiased: by Jensen's inequality it is less than {@code log Z} on
 * average, by about half of the variance of {@code Z' / Z}. So is the loss, and more draws or a
 * {@code q} that is nearer to the softmax make it less so.
 */
public final class SampledLogits {

  private SampledLogits() {}

  /**
   * The logits of a batch.
   *
   * @param logits {@code [B, I]}. Not modified.
   * @param x the users' items, {@code [B, I]}
   * @param sampled what was drawn
   * @return {@code s'}, {@code [B, I]}
   */
  public static DMatrixRMaj of(DMatrixRMaj logits, CsrMatrix x, Outputs.Sampled sampled) {
    DMatrixRMaj s = new DMatrixRMaj(logits.numRows, logits.numCols);
    Arrays.fill(s.data, Double.NEGATIVE_INFINITY);
    for (int b = 0; b < s.numRows; b++) {
      for (int n = 0; n < sampled.items().length; n++) {
        int item = sampled.items()[n];
        s.set(b, item, logits.get(b, item) + sampled.correction(n));
      }
      for (int item : x.row(b)) {
        s.set(b, item, logits.get(b, item));
      }
    }
    return s;
  }
}
