package dev.elbo.eval;

/**
 * {@code recall@k}: hits over the most hits possible, {@code hits / min(k, |T|)}, so that 1 can be
 * reached whatever {@code k} is.
 *
 * <p>Source: Liang, Krishnan, Hoffman and Jebara (2018), Variational autoencoders for collaborative
 * filtering, WWW, the section on metrics (Recall@R). For the usual denominator see {@link
 * PlainRecall}.
 */
public record Recall(int k) implements AccuracyMetric {
  @Override
  public String name() {
    return "recall@" + k;
  }

  @Override
  public double of(JudgedList list) {
    return Divisor.POSSIBLE.divide(list.hits(k), k, list);
  }

  @Override
  public double expected(TiedList list) {
    return Divisor.POSSIBLE.divide(list.hits(), k, list);
  }
}
