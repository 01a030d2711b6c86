package dev.elbo.cli.options;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time above 0: {@code 90s}, {@code 30m}, {@code 1h30m}, or as ISO 8601 has it. */
public final class DurationConverter implements ITypeConverter<Duration> {

  private static final String ISO = "P";

  /** A century: in nanoseconds it is a long. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  @Override
  public Duration convert(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    try {
      Duration duration = Duration.parse(upper.startsWith(ISO) ? upper : ISO + "T" + upper);
      if (duration.isPositive() && duration.compareTo(LONGEST) <= 0) {
        return duration;
      }
    } catch (DateTimeParseException _) {
      // said below
    }
    throw new TypeConversionException(
        "expected a time such as 90s, 30m or 1h30m, found '%s'".formatted(text));
  }
}
