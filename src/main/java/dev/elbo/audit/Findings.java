package dev.elbo.audit;

import dev.elbo.audit.Finding.Kind;
import dev.elbo.audit.read.Recommendations;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Looks at the first {@code k} of each judged user's recommendations. */
final class Findings {
  private static final int EXAMPLES = 3;

  private final Truth truth;
  private final Recommendations recommendations;
  private final RankedLists lists;
  private final int k;
  private final int[] users;
  private final List<Finding> found = new ArrayList<>();

  private Findings(Truth truth, Recommendations recommendations, RankedLists lists, int k) {
    this.truth = truth;
    this.recommendations = recommendations;
    this.lists = lists;
    this.k = k;
    this.users = IntStream.range(0, truth.size()).filter(user -> truth.heldOut(user) > 0).toArray();
  }

  /** All that is found. */
  static List<Finding> of(
      Truth truth,
      Recommendations recommendations,
      RankedLists lists,
      int k,
      Optional<FirstTimes> times) {
    var findings = new Findings(truth, recommendations, lists, k);
    findings.users();
    findings.items(times);
    return List.copyOf(findings.found);
  }

  private void users() {
    usersOf(Kind.USERS_MISSING, user -> !lists.has(user), this::id, Removal.NOTHING);
    Set<String> known = new HashSet<>(truth.users().userIds());
    idsOf(
        Kind.USERS_DOUBLED,
        recommendations.doubledUsers().stream().filter(known::contains).toList());
    idsOf(
        Kind.USERS_UNKNOWN,
        recommendations.lists().keySet().stream().filter(id -> !known.contains(id)).toList());
    idsOf(
        Kind.RANKS_AGAINST_SCORES,
        recommendations.contradictions().stream().filter(known::contains).toList());
    usersOf(
        Kind.SHORT,
        user -> lists.has(user) && lists.given(user) < k,
        user -> "%s: %,d".formatted(id(user), lists.given(user)),
        Removal.NOTHING);
    var judge = new Judge(truth, lists, /* repetitionsCount= */ false);
    usersOf(Kind.TIES, user -> judge.isTied(user, k), this::id, Removal.NOTHING);
  }

  private void items(Optional<FirstTimes> times) {
    boolean[][] repeated = lists.repeated();
    itemsOf(
        Kind.ITEMS_SEEN, (user, at) -> truth.hasSeen(user, lists.items()[user][at]), Removal.SEEN);
    itemsOf(Kind.ITEMS_REPEATED, (user, at) -> repeated[user][at], Removal.REPEATED);
    if (truth.training().isPresent()) {
      boolean[] untrained = Removal.untrained(truth, lists);
      itemsOf(
          Kind.ITEMS_UNKNOWN,
          (user, at) -> lists.items()[user][at] >= truth.items(),
          Removal.UNKNOWN);
      itemsOf(
          Kind.ITEMS_UNTRAINED,
          (user, at) ->
              lists.items()[user][at] < truth.items() && untrained[lists.items()[user][at]],
          Removal.UNTRAINED);
    }
    times.ifPresent(
        first ->
            itemsOf(
                Kind.ITEMS_BEFORE_THEIR_TIME,
                (user, at) -> first.isTooEarly(user, lists.items()[user][at]),
                Removal.NOTHING));
  }

  private String id(int user) {
    return truth.users().userIds().get(user);
  }

  private void usersOf(Kind kind, IntPredicate which, IntFunction<String> words, Removal remedy) {
    int[] those = IntStream.of(users).filter(which).toArray();
    add(
        kind,
        those.length,
        those.length,
        IntStream.of(those).limit(EXAMPLES).mapToObj(words).toList(),
        remedy);
  }

  private void idsOf(Kind kind, List<String> ids) {
    add(kind, ids.size(), ids.size(), ids.stream().limit(EXAMPLES).toList(), Removal.NOTHING);
  }

  private void itemsOf(Kind kind, RankedLists.Which which, Removal remedy) {
    long count = 0;
    int of = 0;
    List<String> examples = new ArrayList<>();
    for (int user : users) {
      long before = count;
      for (int at = 0; at < Math.min(k, lists.given(user)); at++) {
        if (which.test(user, at)) {
          count++;
          if (count == before + 1 && examples.size() < EXAMPLES) {
            examples.add(
                "user %s, rank %d: item %s"
                    .formatted(id(user), at + 1, lists.itemIds().get(lists.items()[user][at])));
          }
        }
      }
      of += count > before ? 1 : 0;
    }
    add(kind, count, of, examples, remedy);
  }

  private void add(Kind kind, long count, int of, List<String> examples, Removal remedy) {
    if (count > 0) {
      found.add(new Finding(kind, count, of, List.copyOf(examples), remedy));
    }
  }
}
