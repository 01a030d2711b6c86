package dev.elbo.cli.options;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a whole number from 1. */
public final class Positive implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw new TypeConversionException("expected a whole number from 1, found '%s'".formatted(text));
  }
}
