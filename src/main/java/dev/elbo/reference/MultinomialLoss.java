package dev.elbo.reference;

import dev.elbo.data.CsrMatrix;
import org.ejml.data.DMatrixRMaj;

/**
 * The multinomial negative log-likelihood, mean over users (Liang et al. 2018, equation 2): the
 * user's {@code n} items are {@code n} draws from one distribution over all items, {@code p =
 * softmax(logits)}.
 *
 * <pre>
 * L = -1/B sum_b sum_i x_bi log p_bi,     log p_bi = s_bi - log sum_j exp(s_bj)
 * </pre>
 *
 * For one user, {@code d log p_i / d s_j = [i=j] - p_j}. Summed over the user's items this is
 * {@code x_j - n p_j}, hence
 *
 * <pre>
 * ds_bj = (n_b p_bj - x_bj) / B,          n_b = sum_i x_bi
 * </pre>
 *
 * Each row sums to 0: adding a constant to all logits changes nothing. The largest logit is taken
 * out before the exponential, which is such a constant, so that nothing overflows.
 */
public final class MultinomialLoss implements Objective {

  /** What is to be reconstructed, {@code [B, I]}. */
  public CsrMatrix x;

  /** {@code log softmax(logits)}, {@code [B, I]}. */
  public DMatrixRMaj logP;

  /**
   * Computes the loss.
   *
   * @param logits {@code [B, I]}. Not modified.
   * @param x the users' items, binary, {@code [B, I]}
   * @return the negative log-likelihood in nats, mean over users
   */
  @Override
  public double forward(DMatrixRMaj logits, CsrMatrix x) {
    this.x = x;
    logP = new DMatrixRMaj(logits.numRows, logits.numCols);
    double nll = 0;
    for (int b = 0; b < logits.numRows; b++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < logits.numCols; i++) {
        max = Math.max(max, logits.get(b, i));
      }
      double sum = 0;
      for (int i = 0; i < logits.numCols; i++) {
        sum += Math.exp(logits.get(b, i) - max);
      }
      double logSum = max + Math.log(sum);
      for (int i = 0; i < logits.numCols; i++) {
        logP.set(b, i, logits.get(b, i) - logSum);
      }
      for (int n = x.indptr()[b]; n < x.indptr()[b + 1]; n++) {
        nll -= logP.get(b, x.indices()[n]);
      }
    }
    return nll / logits.numRows;
  }

  /**
   * Computes the gradient.
   *
   * @return gradient with respect to the logits, {@code [B, I]}
   */
  @Override
  public DMatrixRMaj backward() {
    int users = logP.numRows;
    DMatrixRMaj dLogits = new DMatrixRMaj(users, logP.numCols);
    for (int b = 0; b < users; b++) {
      for (int i = 0; i < logP.numCols; i++) {
        dLogits.set(b, i, x.size(b) * Math.exp(logP.get(b, i)) / users);
      }
      for (int n = x.indptr()[b]; n < x.indptr()[b + 1]; n++) {
        dLogits.add(b, x.indices()[n], -1.0 / users);
      }
    }
    return dLogits;
  }
}
