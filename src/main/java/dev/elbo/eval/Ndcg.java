package dev.elbo.eval;

import java.util.function.IntUnaryOperator;

/**
 * {@code ndcg@k}: normalised discounted cumulative gain. A hit at rank {@code r}, counted from 1,
 * gains {@code 1 / log2(r + 1)}; the sum is divided by that of the ideal list, whose first {@code
 * min(k, |T|)} ranks are all hits. Others take another ideal list or discount, or let gains grow
 * with ratings.
 *
 * <p>Source: Järvelin and Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques, ACM
 * TOIS 20(4), with the discount of Burges et al. (2005), Learning to rank using gradient descent,
 * ICML; for binary relevance as in Liang et al. (2018), Variational autoencoders for collaborative
 * filtering, WWW, the section on metrics (NDCG@R).
 *
 * @param k the cutoff
 * @param gain what a hit gains
 * @param discount what is left of it at a rank
 * @param ideal the list that a sum of 1 stands for
 */
public record Ndcg(int k, Gain gain, Discount discount, Ideal ideal) implements AccuracyMetric {

  /** What a hit gains by its rating or grade, {@code g}. */
  public enum Gain {
    /** 1, whatever {@code g} is. */
    BINARY,
    /** {@code g}. */
    LINEAR,
    /** {@code 2^g - 1} (Burges et al. 2005). */
    EXPONENTIAL;

    private double of(double grade) {
      return switch (this) {
        case BINARY -> 1;
        case LINEAR -> grade;
        case EXPONENTIAL -> StrictMath.pow(2, grade) - 1;
      };
    }

    private double[] of(double[] grades) {
      double[] gains = new double[grades.length];
      for (int n = 0; n < gains.length; n++) {
        gains[n] = grades[n] > 0 ? of(grades[n]) : 0;
      }
      return gains;
    }
  }

  /** What is left of a gain at a rank. Strict arithmetic: every machine computes the same bits. */
  public enum Discount {
    /** {@code 1 / log2(r + 1)}. */
    LOG2,
    /** 1 at the first rank, then {@code 1 / log2(r)} (Järvelin and Kekäläinen 2002, base 2). */
    JARVELIN;

    /**
     * The factor at a rank.
     *
     * @param rank counted from 1
     */
    public double at(int rank) {
      return switch (this) {
        case LOG2 -> StrictMath.log(2) / StrictMath.log(rank + 1.0);
        case JARVELIN -> rank < 2 ? 1 : StrictMath.log(2) / StrictMath.log(rank);
      };
    }
  }

  /** What the ideal list holds. */
  public enum Ideal {
    /** The best {@code min(k, |T|)} held-out items. */
    CUT,
    /** All held-out items, also those after the first {@code k}. */
    ALL,
    /** {@code k} hits, whether or not there is as much to be found. */
    CUTOFF,
    /** The hits of the list itself, further up. */
    HITS;

    private int hits(int k, int heldOut, IntUnaryOperator found) {
      return switch (this) {
        case CUT -> Math.min(k, heldOut);
        case ALL -> heldOut;
        case CUTOFF -> k;
        case HITS -> found.applyAsInt(k);
      };
    }
  }

  /** Binary gains, against the best list of {@code k}. */
  public Ndcg(int k) {
    this(k, Gain.BINARY, Discount.LOG2, Ideal.CUT);
  }

  @Override
  public String name() {
    return "ndcg@" + k;
  }

  @Override
  public double of(JudgedList list) {
    double sum = 0;
    for (int rank = 1; rank <= Math.min(k, list.given()); rank++) {
      double grade = list.gains()[rank - 1];
      sum += grade > 0 ? gain.of(grade) * discount.at(rank) : 0;
    }
    return normalised(sum, list.heldOut(), list::hits);
  }

  @Override
  public double expected(JudgedList list) {
    var gaining = new JudgedList(gain.of(list.gains()), list.ends(), gain.of(list.heldOut()));
    var linear = new Ndcg(k, gain == Gain.BINARY ? gain : Gain.LINEAR, discount, ideal);
    return list.isTied(k)
        ? gaining.cuts(k).stream()
            .mapToDouble(cut -> cut.probability() * linear.expected(cut))
            .sum()
        : of(list);
  }

  @Override
  public double expected(TiedList list) {
    return normalised(list.sum(discount::at), list.heldOut(), _ -> list.hits());
  }

  private double normalised(double sum, double[] heldOut, IntUnaryOperator found) {
    double best = 0;
    for (int rank = 1; rank <= ideal.hits(k, heldOut.length, found); rank++) {
      best += (rank > heldOut.length ? 1 : gain.of(heldOut[rank - 1])) * discount.at(rank);
    }
    return best == 0 ? 0 : sum / best;
  }
}
