package dev.elbo.data.read;

import dev.elbo.data.read.text.BadLine;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How the times of a column are written, and how far they reach: what parts of a column must agree
 * in. Each value is a multiple of {@code 10^-digits} of the column's own unit.
 *
 * @param form how a time is written; null of a column without times
 * @param digits decimals that the values have
 * @param least the first time
 * @param most the last
 */
record TimeScale(Form form, int digits, long least, long most) implements Serializable {

  /** How a time is written. */
  enum Form {
    NUMBER("a number", "numbers"),
    DATE("a date", "dates"),
    LOCAL("a date and time without a zone", "dates and times without a zone"),
    ZONED("a date and time with a zone", "dates and times with a zone");

    final String one;
    final String many;

    Form(String one, String many) {
      this.one = one;
      this.many = many;
    }
  }

  /** What numbers count since 1970, told by the size of the largest. */
  private enum Unit {
    NONE(0, null),
    SECONDS(100_000_000L, ChronoUnit.SECONDS), // 1973-03-03
    MILLISECONDS(100_000_000_000L, ChronoUnit.MILLIS),
    MICROSECONDS(100_000_000_000_000L, ChronoUnit.MICROS),
    NANOSECONDS(100_000_000_000_000_000L, ChronoUnit.NANOS);

    private final long from;
    private final ChronoUnit unit;

    Unit(long from, ChronoUnit unit) {
      this.from = from;
      this.unit = unit;
    }
  }

  /** That of no times. */
  static final TimeScale NONE = new TimeScale(null, 0, 0, 0);

  /** The most digits of a number that is certain to be a long. */
  static final int MOST_DIGITS = 18;

  /** Of ten. */
  private static final long[] POWERS =
      LongStream.iterate(1, power -> 10 * power).limit(MOST_DIGITS + 1).toArray();

  /**
   * A power of ten.
   *
   * @throws ArithmeticException if it is none of a long's
   */
  static long power(int exponent) {
    if (exponent >= POWERS.length) {
      throw new ArithmeticException("beyond a long");
    }
    return POWERS[exponent];
  }

  /** Whether there are no times. */
  boolean isEmpty() {
    return form == null;
  }

  /**
   * The scale of all times of some columns.
   *
   * @throws BadLine if they are not of one form, count in different units, or differ in size by
   *     more than a {@code long} has digits
   */
  static TimeScale join(List<TimeScale> parts) {
    int digits = parts.stream().mapToInt(TimeScale::digits).max().orElse(0);
    TimeScale joined = NONE;
    Unit unit = Unit.NONE;
    try {
      for (TimeScale part : parts) {
        if (part.isEmpty()) {
          continue;
        }
        if (!joined.isEmpty() && part.form != joined.form) {
          throw new BadLine("expected " + joined.form.many + ", found " + part.form.many);
        }
        unit = common(unit, part);
        long factor = power(digits - part.digits);
        long least = Math.multiplyExact(part.least, factor);
        long most = Math.multiplyExact(part.most, factor);
        joined =
            new TimeScale(
                part.form,
                digits,
                joined.isEmpty() ? least : Math.min(joined.least, least),
                joined.isEmpty() ? most : Math.max(joined.most, most));
      }
    } catch (ArithmeticException _) {
      throw new BadLine("expected times of one kind, found some with far more digits than others");
    }
    return joined;
  }

  private static Unit common(Unit unit, TimeScale part) {
    Unit own = part.form == Form.NUMBER ? part.unit() : Unit.NONE;
    if (unit != Unit.NONE && own != Unit.NONE && unit != own) {
      throw new BadLine(
          "expected times in %s, found times in %s"
              .formatted(
                  unit.name().toLowerCase(Locale.ROOT), own.name().toLowerCase(Locale.ROOT)));
    }
    return unit == Unit.NONE ? own : unit;
  }

  private Unit unit() {
    long largest = Math.max(Math.abs(least), Math.abs(most)) / power(digits);
    Unit found = Unit.NONE;
    for (Unit unit : Unit.values()) {
      found = largest >= unit.from ? unit : found;
    }
    return found;
  }

  /** What values of this scale are to be multiplied by to be of one that it is joined to. */
  long factorTo(TimeScale joined) {
    return power(joined.digits - digits);
  }

  /** What the times were taken for, from the first to the last; nothing if there is none. */
  Optional<String> words() {
    if (isEmpty()) {
      return Optional.empty();
    }
    Unit unit = form == Form.NUMBER ? unit() : Unit.SECONDS;
    if (unit == Unit.NONE) {
      return Optional.of(
          "numbers from %s to %s, of no known unit"
              .formatted(
                  BigDecimal.valueOf(least, digits).toPlainString(),
                  BigDecimal.valueOf(most, digits).toPlainString()));
    }
    String what =
        form == Form.NUMBER ? unit.name().toLowerCase(Locale.ROOT) + " since 1970" : form.many;
    return Optional.of("%s, from %s to %s".formatted(what, day(unit, least), day(unit, most)));
  }

  private LocalDate day(Unit unit, long value) {
    return LocalDate.ofInstant(
        Instant.EPOCH.plus(Math.floorDiv(value, power(digits)), unit.unit), ZoneOffset.UTC);
  }
}
