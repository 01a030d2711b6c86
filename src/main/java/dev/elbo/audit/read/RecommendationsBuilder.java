package dev.elbo.audit.read;

import dev.elbo.audit.read.Recommendations.Ranking;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Collects recommendations one by one, as the lines of a file have them. */
final class RecommendationsBuilder {

  /** What a user's lines say. */
  private static final class Lines {
    private final List<String> items = new ArrayList<>();
    private final DoubleArrayList ranks = new DoubleArrayList();
    private final DoubleArrayList scores = new DoubleArrayList();

    /** Where in the file the user has lines: one run of them, or several. */
    private int runs;

    private int endOfFirstRun;

    private void keepFirstRun() {
      items.subList(endOfFirstRun, items.size()).clear();
      ranks.size(endOfFirstRun);
      scores.size(endOfFirstRun);
    }
  }

  private final Map<String, Lines> users = new LinkedHashMap<>();
  private final Map<String, String> items = new HashMap<>();
  private String last = "";

  /**
   * Adds a recommendation.
   *
   * @param rank lower is better; NaN if the file has none
   * @param score higher is better; NaN if the file has none
   */
  void add(String user, String item, double rank, double score) {
    Lines lines = users.computeIfAbsent(user, _ -> new Lines());
    if (!user.equals(last)) {
      startList(user);
    }
    lines.items.add(items.computeIfAbsent(item, id -> id));
    lines.ranks.add(rank);
    lines.scores.add(score);
    if (lines.runs == 1) {
      lines.endOfFirstRun = lines.items.size();
    }
  }

  /** A list begins, which the lines that follow are. */
  void startList(String user) {
    users.computeIfAbsent(user, _ -> new Lines()).runs++;
    last = user;
  }

  /**
   * Those who have more than one list: several runs of lines where most users have one. In a file
   * that is sorted by item, or by rank, everybody has several.
   */
  private List<String> doubledUsers() {
    List<String> several =
        users.entrySet().stream()
            .filter(user -> user.getValue().runs > 1)
            .map(Map.Entry::getKey)
            .toList();
    return 2 * several.size() < users.size() ? several : List.of();
  }

  /**
   * Takes the only column of numbers for ranks if these are 1, 2, 3, ... for everybody, from 0 or
   * 1, and for scores otherwise.
   */
  boolean scoresAreRanks() {
    return users.values().stream()
        .allMatch(
            lines -> {
              double first = lines.scores.isEmpty() ? 1 : lines.scores.getDouble(0);
              return (first == 0 || first == 1)
                  && IntStream.range(0, lines.scores.size())
                      .allMatch(n -> lines.scores.getDouble(n) == first + n);
            });
  }

  /** Takes the numbers for ranks that lines are in the order of anyway. */
  void takeScoresForOrder() {
    for (Lines lines : users.values()) {
      Collections.fill(lines.scores, Double.NaN);
    }
  }

  /** The lists; by rank where there are ranks, else by score, else as they stand. */
  Recommendations build(String format) {
    List<String> doubled = doubledUsers();
    doubled.forEach(user -> users.get(user).keepFirstRun());
    var lists = new LinkedHashMap<String, Ranking>();
    List<String> contradictions = new ArrayList<>();
    users.forEach(
        (user, lines) -> {
          lists.put(user, ranking(lines));
          if (contradict(lines)) {
            contradictions.add(user);
          }
        });
    return new Recommendations(format, lists, doubled, List.copyOf(contradictions));
  }

  private static Ranking ranking(Lines lines) {
    if (has(lines.ranks)) {
      double[] keys = (has(lines.scores) ? lines.scores : lines.ranks).toDoubleArray();
      return Ranking.of(lines.items, byRank(lines), keys);
    }
    return has(lines.scores)
        ? Ranking.byScore(lines.items, lines.scores.toDoubleArray())
        : Ranking.inOrder(lines.items);
  }

  private static boolean has(DoubleArrayList numbers) {
    return !numbers.isEmpty() && !Double.isNaN(numbers.getDouble(0));
  }

  private static List<Integer> byRank(Lines lines) {
    return IntStream.range(0, lines.items.size())
        .boxed()
        .sorted(Comparator.comparingDouble(lines.ranks::getDouble))
        .toList();
  }

  private static boolean contradict(Lines lines) {
    if (!has(lines.ranks) || !has(lines.scores)) {
      return false;
    }
    List<Integer> order = byRank(lines);
    return IntStream.range(1, order.size())
        .anyMatch(
            n -> lines.scores.getDouble(order.get(n)) > lines.scores.getDouble(order.get(n - 1)));
  }
}
