package dev.elbo.audit;

import dev.elbo.audit.Finding.Kind;
import dev.elbo.audit.definition.Definition;
import dev.elbo.audit.read.Recommendations;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which definition, cutoff, order of ties, set of users and way to treat what should not be there
 * gives a figure that somebody reports. Only what makes a difference to these lists is tried.
 *
 * @param claim the figure
 * @param tried all that was tried, the plainest first
 */
public record ClaimSearch(Claim claim, List<Reading> tried) {

  /**
   * One way to read the claim.
   *
   * @param definition the definition
   * @param k the cutoff: the claimed one, one more or less, or the length of the longest list
   * @param order the order of ties
   * @param removal what is done about what should not be there
   * @param over whom the mean is over
   * @param value what it gives
   */
  public record Reading(
      Definition definition, int k, TieOrder order, Removal removal, UserSet over, double value) {

    /** How many choices differ from those of `elbo evaluate`. */
    public int departures(int claimed) {
      return (definition.isOurs() ? 0 : 1)
          + (k == claimed ? 0 : 2)
          + (order == TieOrder.FILE ? 0 : 1)
          + (removal == Removal.NOTHING ? 0 : 1)
          + (over == UserSet.JUDGED ? 0 : 1);
    }
  }

  /** Those that give the figure, the plainest first. */
  public List<Reading> matches() {
    return tried.stream().filter(reading -> claim.isGivenBy(reading.value)).toList();
  }

  /**
   * Tries all readings.
   *
   * @param truth what the recommendations are judged by
   * @param recommendations what they are
   * @param claim the figure
   */
  public static ClaimSearch of(Truth truth, Recommendations recommendations, Claim claim) {
    RankedLists lists = RankedLists.of(truth, recommendations);
    List<Reading> tried = new ArrayList<>();
    for (Removal removal : removals(truth, recommendations, lists, claim.k())) {
      RankedLists left = removal.apply(truth, lists);
      List<Integer> cutoffs = cutoffs(claim.k(), left.longest());
      for (TieOrder order : orders(left)) {
        var judge = new Judge(truth, left.inOrder(order), removal.repetitionsCount());
        for (int k : cutoffs) {
          for (UserSet over : sets(truth, left)) {
            for (Definition definition : claim.definitions()) {
              if (truth.isGraded() || !definition.graded()) {
                judge
                    .value(definition, k, order, over)
                    .ifPresent(
                        value ->
                            tried.add(
                                new Reading(definition, k, order, removal, over, value.mean())));
              }
            }
          }
        }
      }
    }
    tried.sort(Comparator.comparingInt(reading -> reading.departures(claim.k())));
    return new ClaimSearch(claim, List.copyOf(tried));
  }

  private static Set<Removal> removals(
      Truth truth, Recommendations recommendations, RankedLists lists, int k) {
    var removals = EnumSet.of(Removal.NOTHING);
    for (Finding finding : Findings.of(truth, recommendations, lists, k, Optional.empty())) {
      removals.add(finding.remedy());
      if (finding.kind() == Kind.ITEMS_REPEATED) {
        removals.add(Removal.NOTHING_REPEATS_COUNT);
      }
    }
    long several = removals.stream().filter(one -> one.compareTo(Removal.SEEN) >= 0).count();
    if (several > 1) {
      removals.add(Removal.ALL);
    }
    return removals;
  }

  private static List<Integer> cutoffs(int k, int longest) {
    return IntStream.of(k, k - 1, k + 1, longest)
        .filter(cut -> cut >= 1)
        .distinct()
        .boxed()
        .toList();
  }

  private static List<TieOrder> orders(RankedLists lists) {
    boolean tied =
        IntStream.range(0, lists.items().length)
            .anyMatch(user -> lists.has(user) && lists.ends()[user].length < lists.given(user));
    return tied ? List.of(TieOrder.values()) : List.of(TieOrder.FILE);
  }

  private static Set<UserSet> sets(Truth truth, RankedLists lists) {
    var sets = EnumSet.of(UserSet.JUDGED);
    if (IntStream.range(0, truth.size()).anyMatch(u -> truth.heldOut(u) > 0 && !lists.has(u))) {
      sets.add(UserSet.WITH_LIST);
    }
    if (truth.judged() < truth.size()) {
      sets.add(UserSet.ALL);
      sets.add(UserSet.LISTED);
    }
    return sets;
  }
}
