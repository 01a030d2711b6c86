package dev.elbo.reference.objective;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
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
 * Where the rows are the steps of users, a user's loss is the sum over the steps divided by how
 * many items each is to predict, and {@code B} stands for the number of users times that.
 *
 * <p>Each row sums to 0: adding a constant to all logits changes nothing. The largest logit is
 * taken out before the exponential, which is such a constant, so that nothing overflows.
 *
 * <p>Where outputs are sampled, {@link SampledLogits} stand for the logits: to what is not computed
 * they give no probability.
 */
public final class MultinomialLoss implements Reconstruction {

  /** What is to be reconstructed, {@code [B, I]}. */
  public CsrMatrix x;

  /** {@code log softmax(logits)}, {@code [B, I]}. */
  public DMatrixRMaj logP;

  /** What the sum over rows is divided by. */
  private double divisor;

  /**
   * Computes the loss of rows that are users.
   *
   * @param logits {@code [B, I]}. Not modified.
   * @param x the users' items, binary, {@code [B, I]}
   * @return the negative log-likelihood in nats, mean over users
   */
  public double forward(DMatrixRMaj logits, CsrMatrix x) {
    return forward(logits, x, new Outputs.All(), logits.numRows);
  }

  /**
   * Computes the loss.
   *
   * @param logits {@code [rows, I]}. Not modified.
   * @param x what is to be predicted, binary, {@code [rows, I]}
   * @param outputs all of them, or those that are sampled
   * @param divisor what the sum over rows is divided by
   * @return the negative log-likelihood in nats, mean over users
   */
  @Override
  public double forward(DMatrixRMaj logits, CsrMatrix x, Outputs outputs, double divisor) {
    this.x = x;
    this.divisor = divisor;
    DMatrixRMaj s =
        outputs instanceof Outputs.Sampled sampled ? SampledLogits.of(logits, x, sampled) : logits;
    logP = new DMatrixRMaj(s.numRows, s.numCols);
    double nll = 0;
    for (int b = 0; b < s.numRows; b++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < s.numCols; i++) {
        max = Math.max(max, s.get(b, i));
      }
      double sum = 0;
      for (int i = 0; i < s.numCols; i++) {
        sum += Math.exp(s.get(b, i) - max);
      }
      double logSum = max + Math.log(sum);
      for (int i = 0; i < s.numCols; i++) {
        logP.set(b, i, s.get(b, i) - logSum);
      }
      for (int n = x.indptr()[b]; n < x.indptr()[b + 1]; n++) {
        nll -= logP.get(b, x.indices()[n]);
      }
    }
    return nll / divisor;
  }

  /**
   * Computes the gradient.
   *
   * @return gradient with respect to the logits, {@code [B, I]}
   */
  @Override
  public DMatrixRMaj backward() {
    DMatrixRMaj dLogits = new DMatrixRMaj(logP.numRows, logP.numCols);
    for (int b = 0; b < logP.numRows; b++) {
      for (int i = 0; i < logP.numCols; i++) {
        dLogits.set(b, i, x.size(b) * Math.exp(logP.get(b, i)) / divisor);
      }
      for (int n = x.indptr()[b]; n < x.indptr()[b + 1]; n++) {
        dLogits.add(b, x.indices()[n], -1 / divisor);
      }
    }
    return dLogits;
  }
}
