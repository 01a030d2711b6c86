package dev.elbo.audit;

import dev.elbo.audit.definition.Definition;
import dev.elbo.audit.definition.Definitions;
import dev.elbo.audit.read.Recommendations;
import dev.elbo.eval.Estimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Recommendations judged under every definition.
 *
 * @param format how the file was read, in words
 * @param users number of users with held-out items
 * @param lists how many of them have a list
 * @param cutoffs the cutoffs, ascending
 * @param isTied whether the order of ties decides anything
 * @param findings what is not as it should be, among the first of the largest cutoff
 * @param figures the value of each definition at each cutoff
 * @param remedies the figures without what was found, by what is taken out
 */
public record Audit(
    String format,
    int users,
    int lists,
    List<Integer> cutoffs,
    boolean isTied,
    List<Finding> findings,
    List<Figure> figures,
    Map<Removal, List<Figure>> remedies) {

  /**
   * The value of a definition.
   *
   * @param definition the definition
   * @param k the cutoff
   * @param value in the order of the lists; where they are tied, that of the file
   * @param ties the worst, the expected and the best value; empty where there is no tie, or no such
   *     value
   */
  public record Figure(Definition definition, int k, Estimate value, Optional<Ties> ties) {

    /** The name of the definition with the cutoff. */
    public String name() {
      return definition.name(k);
    }
  }

  /**
   * Values that depend on the order of ties.
   *
   * @param worst that of the worst order
   * @param expected the mean over all orders
   * @param best that of the best order
   */
  public record Ties(double worst, double expected, double best) {}

  /**
   * Judges recommendations.
   *
   * @param truth what they are judged by
   * @param recommendations what they are
   * @param order the order of ties that figures are given for
   * @param over whom means are over
   * @param cutoffs one or more, ascending
   * @param times when what was first had, if that is to be looked at
   */
  public static Audit of(
      Truth truth,
      Recommendations recommendations,
      TieOrder order,
      UserSet over,
      List<Integer> cutoffs,
      Optional<FirstTimes> times) {
    RankedLists lists = RankedLists.of(truth, recommendations).inOrder(order);
    List<Finding> findings = Findings.of(truth, recommendations, lists, cutoffs.getLast(), times);
    var judge = new Judge(truth, lists, /* repetitionsCount= */ false);
    int judged = 0;
    for (int user = 0; user < truth.size(); user++) {
      judged += truth.heldOut(user) > 0 && lists.has(user) ? 1 : 0;
    }
    Map<Removal, List<Figure>> remedies = new LinkedHashMap<>();
    for (Finding finding : findings) {
      if (finding.remedy() != Removal.NOTHING) {
        RankedLists without = finding.remedy().apply(truth, lists);
        remedies.put(
            finding.remedy(), figures(truth, new Judge(truth, without, false), over, cutoffs));
      }
    }
    return new Audit(
        recommendations.format(),
        truth.judged(),
        judged,
        cutoffs,
        judge.isTied(cutoffs.getLast()),
        findings,
        figures(truth, judge, over, cutoffs),
        remedies);
  }

  private static List<Figure> figures(
      Truth truth, Judge judge, UserSet over, List<Integer> cutoffs) {
    List<Figure> figures = new ArrayList<>();
    for (int k : cutoffs) {
      for (Definition definition : Definitions.every()) {
        if (truth.isGraded() || !definition.graded()) {
          judge
              .value(definition, k, TieOrder.FILE, over)
              .ifPresent(
                  value ->
                      figures.add(
                          new Figure(definition, k, value, ties(judge, definition, k, over))));
        }
      }
    }
    return figures;
  }

  private static Optional<Ties> ties(Judge judge, Definition definition, int k, UserSet over) {
    if (!judge.isTied(k)) {
      return Optional.empty();
    }
    Optional<Estimate> worst = judge.value(definition, k, TieOrder.WORST, over);
    return worst.map(
        least ->
            new Ties(
                least.mean(),
                judge.value(definition, k, TieOrder.EXPECTED, over).orElseThrow().mean(),
                judge.value(definition, k, TieOrder.BEST, over).orElseThrow().mean()));
  }
}
