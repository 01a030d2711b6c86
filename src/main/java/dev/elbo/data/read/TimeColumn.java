package dev.elbo.data.read;

import dev.elbo.data.read.TimeScale.Form;
import dev.elbo.data.read.text.BadLine;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A column of times, all written in one form: numbers, dates, or dates with a time of day, with or
 * without a zone. They are kept exactly, as multiples of a power of ten: {@code values()} are whole
 * numbers in units of {@code 10^-digits} of the column's own unit, which is the second for dates.
 * So whatever the file tells apart has an order here, too.
 */
final class TimeColumn {
  private static final String EXPECTED =
      "a time, such as 978300760, 2001-01-31 or 2001-01-31T23:12:40Z";

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  private static final int LONGEST_NUMBER = 40;

  private static final DateTimeFormatter DATE_AND_TIME =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendPattern("[XXX][XX][X]")
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private final LongArrayList values = new LongArrayList();
  private Form form;
  private int digits;

  /**
   * Adds a time. If it throws, nothing is changed.
   *
   * @throws BadLine if the text is no time, or one of another form than those before
   */
  void add(CharSequence text) {
    String time = text.toString().strip();
    try {
      if (isWholeNumber(time)) {
        add(Form.NUMBER, time, Long.parseLong(time), 0);
      } else if (NUMBER.matcher(time).matches()) {
        addDecimal(time);
      } else {
        addDate(time);
      }
    } catch (NumberFormatException | ArithmeticException | DateTimeException _) {
      throw BadLine.expected(EXPECTED, text);
    }
  }

  private static boolean isWholeNumber(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return text.length() > start && text.length() <= TimeScale.MOST_DIGITS;
  }

  private void addDecimal(String text) {
    BigDecimal number = new BigDecimal(text).stripTrailingZeros();
    if (text.length() > LONGEST_NUMBER || Math.abs((long) number.scale()) > TimeScale.MOST_DIGITS) {
      throw new ArithmeticException("beyond a long");
    }
    int scale = Math.max(0, number.scale());
    add(Form.NUMBER, text, number.setScale(scale).unscaledValue().longValueExact(), scale);
  }

  private void addDate(String text) {
    // As databases and pandas write it: with a space, and with the name of the zone.
    String iso = text.endsWith(" UTC") ? text.substring(0, text.length() - 4) + "Z" : text;
    if (iso.length() > 10 && iso.charAt(10) == ' ') {
      iso = iso.substring(0, 10) + "T" + iso.substring(11);
    }
    if (iso.indexOf('T') < 0 && iso.indexOf('t') < 0) {
      LocalDate date = LocalDate.parse(iso);
      add(Form.DATE, text, date.toEpochSecond(LocalTime.MIN, ZoneOffset.UTC), 0);
      return;
    }
    var parsed = DATE_AND_TIME.parse(iso);
    boolean zoned = parsed.isSupported(ChronoField.OFFSET_SECONDS);
    ZoneOffset zone = zoned ? ZoneOffset.from(parsed) : ZoneOffset.UTC;
    LocalDateTime time = LocalDateTime.from(parsed);
    BigDecimal seconds =
        BigDecimal.valueOf(time.toEpochSecond(zone))
            .add(BigDecimal.valueOf(time.get(ChronoField.NANO_OF_SECOND), 9))
            .stripTrailingZeros();
    int scale = Math.max(0, seconds.scale());
    long value = seconds.setScale(scale).unscaledValue().longValueExact();
    add(zoned ? Form.ZONED : Form.LOCAL, text, value, scale);
  }

  private void add(Form written, String text, long value, int scale) {
    if (form != null && form != written) {
      throw BadLine.expected(form.one + ", as the times before", text);
    }
    if (scale > digits) {
      rescale(values, scale - digits);
      digits = scale;
    }
    form = written;
    values.add(
        scale == digits ? value : Math.multiplyExact(value, TimeScale.power(digits - scale)));
  }

  private static void rescale(LongArrayList values, int digits) {
    if (digits == 0) {
      return;
    }
    long factor = TimeScale.power(digits);
    for (long value : values) {
      Math.multiplyExact(value, factor); // or nothing is changed
    }
    values.replaceAll((long value) -> value * factor);
  }

  /**
   * Joins columns end to end. Those given are modified.
   *
   * @throws BadLine if they are not of one form, count in different units, or differ in size by
   *     more than a {@code long} has digits
   */
  static TimeColumn join(List<TimeColumn> parts) {
    TimeScale whole = TimeScale.join(parts.stream().map(TimeColumn::scale).toList());
    var joined = new TimeColumn();
    joined.form = whole.form();
    joined.digits = whole.digits();
    joined.values.ensureCapacity(
        parts.stream().mapToInt(part -> part.values.size()).reduce(0, Math::addExact));
    for (TimeColumn part : parts) {
      if (!part.values.isEmpty()) {
        rescale(part.values, joined.digits - part.digits);
      }
      joined.values.addAll(part.values);
      part.values.clear();
      part.values.trim();
    }
    return joined;
  }

  int size() {
    return values.size();
  }

  /** The times in order of the events; only their order means anything without the form. */
  long[] values() {
    return values.toLongArray();
  }

  /** How they are written, and how far they reach. */
  TimeScale scale() {
    if (values.isEmpty()) {
      return TimeScale.NONE;
    }
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (long value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return new TimeScale(form, digits, least, most);
  }

  /** What the times were taken for, from the first to the last; nothing if there is none. */
  Optional<String> words() {
    return scale().words();
  }
}
