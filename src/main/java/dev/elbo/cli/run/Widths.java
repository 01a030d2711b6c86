package dev.elbo.cli.run;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Widths of layers, as one value: picocli would otherwise have no way to say none. */
record Widths(List<Integer> values) {
  @Override
  public String toString() {
    return values.isEmpty()
        ? "none"
        : values.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** Reads {@code 600}, {@code 600,400} or {@code none}. */
  static final class Converter implements ITypeConverter<Widths> {
    @Override
    public Widths convert(String text) {
      if (text.equals("none")) {
        return new Widths(List.of());
      }
      try {
        List<Integer> widths = new ArrayList<>();
        for (String width : text.split(",", -1)) {
          widths.add(Integer.parseInt(width));
        }
        return new Widths(widths);
      } catch (NumberFormatException _) {
        throw new TypeConversionException(
            "expected widths such as 600 or 600,400, or none; found '%s'".formatted(text));
      }
    }
  }
}
