package dev.elbo.search;

import dev.elbo.io.Json;
import dev.elbo.model.ModelName;
import dev.elbo.random.Philox;
import dev.elbo.random.Philox.Purpose;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.IntFunction;
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

  /** Begins the last part of a range whose values grow by a factor. */
  private static final String FACTOR = "x";

  /** Digits of such values: enough to draw from, and few enough to read. */
  private static final MathContext DIGITS = new MathContext(3);

  private static final String SPACES = "spaces.json";

  /** The option whose values are lists themselves, which commas separate in {@code train}. */
  private static final String HIDDEN = "--hidden";

  /**
   * Reads options.
   *
   * @param options by name, values as {@code 100,200} or {@code 300..900:300} or {@code
   *     10..1000:x2} or several of these; in {@code --hidden}, {@code 600x300} is one value of two
   *     layers
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

  /** The spaces of all models. */
  private record Spaces(Map<String, Map<String, String>> spaces) {}

  /**
   * What is searched of a model if nobody says, as options that {@link #of} reads; nothing of a
   * model without any.
   *
   * @throws IllegalStateException if that was not thought of yet
   */
  public static Map<String, String> usual(ModelName model) {
    try (InputStream in = SearchSpace.class.getResourceAsStream(SPACES)) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Map<String, String> space =
          Json.parse(Path.of(SPACES), json, Spaces.class).spaces().get(model.toString());
      if (space == null) {
        throw new IllegalStateException("%s says nothing of %s".formatted(SPACES, model));
      }
      return space;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One value, or those of a range from its first number, in steps or by a factor, to its last. */
  private static Stream<String> values(String option, String text) {
    Matcher range = RANGE.matcher(text);
    if (!range.matches()) {
      return Stream.of(text);
    }
    try {
      var first = new BigDecimal(range.group(1));
      var last = new BigDecimal(range.group(2));
      String step = range.group(3) == null ? "0" : range.group(3);
      List<BigDecimal> values =
          step.startsWith(FACTOR)
              ? byFactor(first, last, new BigDecimal(step.substring(FACTOR.length())))
              : inSteps(first, last, new BigDecimal(step));
      if (!values.isEmpty()) {
        return values.stream().map(BigDecimal::toPlainString);
      }
    } catch (ArithmeticException | NumberFormatException _) {
      // said below
    }
    throw new IllegalArgumentException(
        "%s: expected a range such as 300..900:300 (first, last, step) or 10..1000:x2 (first, last,"
                .formatted(option)
            + " factor), found '%s'".formatted(text));
  }

  /** Empty if there are none, or too many. */
  private static List<BigDecimal> inSteps(BigDecimal first, BigDecimal last, BigDecimal step) {
    if (step.signum() <= 0 || first.compareTo(last) > 0) {
      return List.of();
    }
    int steps = last.subtract(first).divideToIntegralValue(step).intValueExact();
    return steps < MOST_POINTS
        ? IntStream.rangeClosed(0, steps)
            .mapToObj(i -> first.add(step.multiply(BigDecimal.valueOf(i))))
            .toList()
        : List.of();
  }

  /** Empty if there are none, or too many. Between whole numbers there are whole numbers only. */
  private static List<BigDecimal> byFactor(BigDecimal first, BigDecimal last, BigDecimal factor) {
    var values = new ArrayList<BigDecimal>();
    if (first.signum() <= 0 || factor.compareTo(BigDecimal.ONE) <= 0) {
      return values;
    }
    boolean whole = isWhole(first) && isWhole(last);
    BigDecimal exact = first;
    while (exact.compareTo(last) <= 0) {
      if (values.size() == MOST_POINTS) {
        return List.of();
      }
      BigDecimal value = (isWhole(factor) ? exact : exact.round(DIGITS)).stripTrailingZeros();
      values.add(whole ? value.setScale(0, RoundingMode.HALF_UP) : value);
      exact = exact.multiply(factor, MathContext.DECIMAL64);
    }
    return values;
  }

  private static boolean isWhole(BigDecimal number) {
    return number.stripTrailingZeros().scale() <= 0;
  }

  /** The options that have more than one value. */
  public List<String> swept() {
    return values.keySet().stream().filter(option -> values.get(option).size() > 1).toList();
  }

  /** Number of points of the grid. */
  public int size() {
    return values.values().stream().mapToInt(List::size).reduce(1, (a, b) -> a * b);
  }

  /** Every point of the grid. */
  public List<SortedMap<String, String>> grid() {
    return IntStream.range(0, size()).mapToObj(this::point).toList();
  }

  /** The first value of each option. */
  public SortedMap<String, String> first() {
    return point(0);
  }

  /** Points that have each value of each option, beside the first of every other. */
  public List<SortedMap<String, String>> eachValue() {
    return values.keySet().stream()
        .flatMap(
            option ->
                values.get(option).stream()
                    .map(
                        value -> {
                          SortedMap<String, String> point = first();
                          point.put(option, value);
                          return point;
                        }))
        .toList();
  }

  /**
   * Different points of the grid, each as likely as any other.
   *
   * @param points how many; all, if there are no more
   * @param seed decides which, and in what order
   */
  public List<SortedMap<String, String>> random(int points, long seed) {
    return IntStream.range(0, Math.min(points, size())).mapToObj(draws(seed)).toList();
  }

  /**
   * Every point of the grid once, in random order, by number of the draw, from 0 to {@link #size}.
   *
   * @param seed decides the order
   */
  public IntFunction<SortedMap<String, String>> draws(long seed) {
    int[] order = Philox.stream(seed, Purpose.SEARCH, 0).permutation(size());
    return draw -> point(order[draw]);
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
