package dev.elbo.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.ints.IntComparator;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What a column of ids holds, as pandas' {@code read_csv} decides it for the column as a whole
 * ({@code low_memory=False}), and with it the order of the ids. They stay text as they were
 * written: {@code 7}, {@code 007} and {@code 7.0} are three ids, which pandas takes for one number.
 * What pandas takes for a missing value, such as {@code NA}, and leaves out of what it groups, is
 * an id like any other; it comes last.
 *
 * <p>The source is pandas' {@code _libs/parsers.pyx} and {@code tokenizer.c}. Of their types one is
 * not here, {@code bool}: a column of {@code True} and {@code False} is text.
 */
public enum IdType {
  /** Integers from -2^63 to 2^63 - 1. */
  INT64,
  /** Integers from 0 to 2^64 - 1, some of them beyond {@link #INT64}. */
  UINT64,
  /** Decimal numbers and infinities; also integers of which some are missing. */
  FLOAT64,
  /** Anything else: text, in the order of code points. */
  TEXT;

  private static final Set<String> MISSING =
      Set.of(
          "",
          "#N/A",
          "#N/A N/A",
          "#NA",
          "-1.#IND",
          "-1.#QNAN",
          "-NaN",
          "-nan",
          "1.#IND",
          "1.#QNAN",
          "<NA>",
          "N/A",
          "NA",
          "NULL",
          "NaN",
          "None",
          "n/a",
          "nan",
          "null");

  private static final String SPACE = "[ \\t-\\r]*+";
  private static final Pattern INTEGER = Pattern.compile(SPACE + "([+-]?+\\d++)" + SPACE);
  private static final Pattern DECIMAL =
      Pattern.compile(
          "%s[+-]?+(\\d++\\.?+\\d*+|\\.\\d++)([eE][+-]?+\\d++)?+%s".formatted(SPACE, SPACE));
  private static final Pattern INFINITY = Pattern.compile("([+-]?+)(?i:inf|infinity)");

  private static final BigInteger INT64_MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger INT64_MAX = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger UINT64_MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  /** So many digits are an INT64, whichever they are. */
  private static final int FEW_DIGITS = 18;

  /**
   * The type of a column.
   *
   * @param ids its values by first appearance, which counts: like pandas, this tries the types one
   *     after another, each up to the first value that does not fit, and says TEXT if that is an
   *     integer beyond UINT64, whatever comes after it
   */
  public static IdType of(List<String> ids) {
    boolean missing = false;
    for (String id : ids) {
      Matcher integer = INTEGER.matcher(id);
      if (MISSING.contains(id)) {
        missing = true;
      } else if (!integer.lookingAt()) {
        return float64OrText(ids);
      } else if (!isWithin(INT64_MIN, INT64_MAX, integer.group(1))) {
        return uint64OrBeyond(ids);
      } else if (integer.end() < id.length()) {
        return float64OrText(ids);
      }
    }
    return missing ? FLOAT64 : INT64;
  }

  private static IdType uint64OrBeyond(List<String> ids) {
    boolean conflict = false; // of a value that UINT64 lacks with one that FLOAT64 would round
    for (String id : ids) {
      Matcher integer = INTEGER.matcher(id);
      if (MISSING.contains(id) || id.stripLeading().startsWith("-")) {
        conflict = true;
      } else if (!integer.lookingAt()) {
        return float64OrText(ids);
      } else if (!isWithin(BigInteger.ZERO, UINT64_MAX, integer.group(1))) {
        return TEXT;
      } else if (integer.end() < id.length()) {
        return float64OrText(ids);
      }
    }
    return conflict ? TEXT : UINT64;
  }

  private static IdType float64OrText(List<String> ids) {
    return ids.stream().allMatch(IdType::isFloat64) ? FLOAT64 : TEXT;
  }

  private static boolean isFloat64(String id) {
    return MISSING.contains(id)
        || INFINITY.matcher(id).matches()
        || (DECIMAL.matcher(id).matches() && Double.isFinite(Double.parseDouble(id)));
  }

  private static boolean isWithin(BigInteger least, BigInteger most, String digits) {
    if (digits.length() <= FEW_DIGITS) {
      return true;
    }
    var value = new BigInteger(digits);
    return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
  }

  /**
   * The positions of ids in ascending order; equal ones by first appearance.
   *
   * @param ids values of a column of this type, or some of them. Not modified.
   */
  public int[] ascending(List<String> ids) {
    int[] positions = IntStream.range(0, ids.size()).toArray();
    IntArrays.mergeSort(positions, order(ids));
    return positions;
  }

  /**
   * Ids that pandas takes for the same number as another, in ascending order: {@code 7}, {@code
   * 007}, {@code 7.0}.
   *
   * @param ids values of a column of this type, each once. Not modified.
   */
  public List<String> sameNumbers(List<String> ids) {
    if (this == TEXT) {
      return List.of();
    }
    int[] ascending = ascending(ids);
    IntComparator order = order(ids);
    List<String> same = new ArrayList<>();
    boolean before = false;
    for (int rank = 0; rank < ascending.length; rank++) {
      String id = ids.get(ascending[rank]);
      boolean after =
          rank + 1 < ascending.length
              && order.compare(ascending[rank], ascending[rank + 1]) == 0
              && !MISSING.contains(id);
      if (before || after) {
        same.add(id);
      }
      before = after;
    }
    return same;
  }

  private IntComparator order(List<String> ids) {
    return switch (this) {
      case INT64 -> {
        long[] values = ids.stream().mapToLong(id -> Long.parseLong(id.strip())).toArray();
        yield (a, b) -> Long.compare(values[a], values[b]);
      }
      case UINT64 -> {
        long[] values = ids.stream().mapToLong(id -> Long.parseUnsignedLong(id.strip())).toArray();
        yield (a, b) -> Long.compareUnsigned(values[a], values[b]);
      }
      case FLOAT64 -> {
        double[] values = ids.stream().mapToDouble(IdType::float64).toArray();
        yield (a, b) -> Double.compare(values[a], values[b]);
      }
      case TEXT -> {
        // UTF-8 sorts by code point; Java's own order of strings is that of UTF-16.
        byte[][] texts = ids.stream().map(id -> id.getBytes(UTF_8)).toArray(byte[][]::new);
        boolean[] missing = new boolean[texts.length];
        for (int n = 0; n < missing.length; n++) {
          missing[n] = MISSING.contains(ids.get(n));
        }
        yield (a, b) ->
            missing[a] || missing[b]
                ? Boolean.compare(missing[a], missing[b])
                : Arrays.compareUnsigned(texts[a], texts[b]);
      }
    };
  }

  /** A value; NaN, which comes last, if it is missing. */
  private static double float64(String id) {
    if (MISSING.contains(id)) {
      return Double.NaN;
    }
    Matcher infinity = INFINITY.matcher(id);
    if (infinity.matches()) {
      return infinity.group(1).equals("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return Double.parseDouble(id) + 0.0; // -0 becomes 0
  }
}
