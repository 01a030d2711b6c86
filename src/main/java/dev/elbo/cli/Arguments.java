package dev.elbo.cli;

import dev.elbo.eval.Measure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Options as text, by name: how they are kept with a model, and given to a command again. */
final class Arguments {

  private Arguments() {}

  /** The options that were given to a command. */
  static Map<String, String> given(ParseResult result) {
    Map<String, String> given = new LinkedHashMap<>();
    for (OptionSpec option : result.matchedOptions()) {
      given.put(option.longestName(), text(option.getValue()));
    }
    return given;
  }

  /** Options as a command line. */
  static String[] of(Map<String, String> options) {
    return options.entrySet().stream()
        .map(option -> option.getKey() + "=" + option.getValue())
        .toArray(String[]::new);
  }

  /** An option's value as the command line takes it. */
  static String text(Object value) {
    return switch (value) {
      case List<?> list -> list.stream().map(Arguments::text).collect(Collectors.joining(","));
      case Measure metric -> metric.name();
      default -> value.toString();
    };
  }
}
