package dev.elbo.eval;

/**
 * {@code mrr@k}: mean reciprocal rank. A user's value is 1 over the rank of the first hit, or 0 if
 * none of the first {@code k} is a hit.
 *
 * <p>Source: Voorhees (1999), The TREC-8 question answering track report, cut off at rank {@code
 * k}.
 *
 * @param k the cutoff
 * @param of whose rank counts
 */
public record ReciprocalRank(int k, Of of) implements AccuracyMetric {

  /** Whose rank counts. */
  public enum Of {
    /** That of the first hit. */
    FIRST,
    /** Those of all hits, which are summed: the average reciprocal hit rank, which exceeds 1. */
    ALL
  }

  /** Of the first hit. */
  public ReciprocalRank(int k) {
    this(k, Of.FIRST);
  }

  @Override
  public String name() {
    return "mrr@" + k;
  }

  @Override
  public double of(JudgedList list) {
    double sum = 0;
    for (int rank = 1; rank <= Math.min(k, list.given()); rank++) {
      if (list.gains()[rank - 1] > 0) {
        sum += 1.0 / rank;
        if (of == Of.FIRST) {
          break;
        }
      }
    }
    return sum;
  }

  @Override
  public double expected(TiedList list) {
    return switch (of) {
      case FIRST -> list.reciprocal();
      case ALL -> list.binary().sum(rank -> 1.0 / rank);
    };
  }
}
