package dev.elbo.search;

import dev.elbo.random.Philox;
import dev.elbo.random.Philox.Purpose;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which values options may take. Options are in the order of their names, whatever the order in
 * which they are given; of the points of the grid, the last option's values change first.
 *
 * @param values the values of each option, by its name; at least one each
 */
public record SearchSpace(SortedMap<String, List<String>> values) {

  /** More trainings than anybody waits for; fewer than fill the memory. */
  private static final int MOST_POINTS = 1_000_000;

  private static final Pattern RANGE = Pattern.compile("(.+)\\.\\.([^:]+)(?::(.+))?");

  /** The option whose values are lists themselves, which commas separate in {@code train}. */
  private static final String HIDDEN = "--hidden";

  /**
   * Reads options.
   *
   * @param options by name, values as {@code 100,200} or {@code 300..900:300} or both; in {@code
   *     --hidden}, {@code 600x300} is one value of two layers
   * @param meaning gives for an option and a value, as {@code train} takes it, what makes it the
   *     same as another: of {@code 0.1} and {@code 0.10} the first counts
   * @throws IllegalArgumentException if a range is none, or there are too many points
   */
  public static SearchSpace of(Map<String, String> options, BinaryOperator<String> meaning) {
    var values = new TreeMap<String, List<String>>();
    options.forEach(
        (option, text) -> {
          var byMeaning = new LinkedHashMap<String, String>();
          Arrays.stream(text.split(",", -1))
              .flatMap(part -> values(option, part))
              .map(value -> option.equals(HIDDEN) ? value.replace('x', ',') : value)
              .forEach(value -> byMeaning.putIfAbsent(meaning.apply(option, value), value));
          values.put(option, List.copyOf(byMeaning.values()));
        });
    var space = new SearchSpace(values);
    double points = values.values().stream().mapToDouble(List::size).reduce(1, (a, b) -> a * b);
    if (points > MOST_POINTS) {
      throw new IllegalArgumentException(
          "%,.0f combinations are too many; the most are %,d".formatted(points, MOST_POINTS));
    }
    return space;
  }

  /** One value, or those of a range from its first number in steps up to its last. */
  private static Stream<String> values(String option, String text) {
    Matcher range = RANGE.matcher(text);
    if (!range.matches()) {
      return Stream.of(text);
    }
    try {
      var first = new BigDecimal(range.group(1));
      var last = new BigDecimal(range.group(2));
      var step = new BigDecimal(range.group(3) == null ? "0" : range.group(3));
      if (step.signum() > 0 && first.compareTo(last) <= 0) {
        int steps = last.subtract(first).divideToIntegralValue(step).intValueExact();
        if (steps < MOST_POINTS) {
          return IntStream.rangeClosed(0, steps)
              .mapToObj(i -> first.add(step.multiply(BigDecimal.valueOf(i))).toPlainString());
        }
      }
    } catch (ArithmeticException | NumberFormatException _) {
      // said below
    }
    throw new IllegalArgumentException(
        "%s: expected a range such as 300..900:300 (first, last, step), found '%s'"
            .formatted(option, text));
  }

  /** The options that have more than one value. */
  public List<String> swept() {
    return values.keySet().stream().filter(option -> values.get(option).size() > 1).toList();
  }

  /** Number of points of the grid. */
  int size() {
    return values.values().stream().mapToInt(List::size).reduce(1, (a, b) -> a * b);
  }

  /** Every point of the grid. */
  public List<SortedMap<String, String>> grid() {
    return IntStream.range(0, size()).mapToObj(this::point).toList();
  }

  /**
   * Different points of the grid, each as likely as any other.
   *
   * @param points how many; all, if there are no more
   * @param seed decides which, and in what order
   */
  public List<SortedMap<String, String>> random(int points, long seed) {
    int[] order = Philox.stream(seed, Purpose.SEARCH, 0).permutation(size());
    return Arrays.stream(order).limit(points).mapToObj(this::point).toList();
  }

  private SortedMap<String, String> point(int index) {
    var point = new TreeMap<String, String>();
    int rest = index;
    for (String option : new ArrayList<>(values.keySet()).reversed()) {
      List<String> choice = values.get(option);
      point.put(option, choice.get(rest % choice.size()));
      rest /= choice.size();
    }
    return point;
  }
}
