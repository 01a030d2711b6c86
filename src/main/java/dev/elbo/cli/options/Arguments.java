package dev.elbo.cli.options;

import dev.elbo.DidYouMean;
import dev.elbo.eval.Measure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Options as text, by name: how they are kept with a model, and given to a command again. */
public final class Arguments {

  private Arguments() {}

  /** The options that were given to a command. */
  public static Map<String, String> given(ParseResult result) {
    Map<String, String> given = new LinkedHashMap<>();
    for (OptionSpec option : result.matchedOptions()) {
      given.put(option.longestName(), text(option.getValue()));
    }
    return given;
  }

  /**
   * Says that an argument file is not there, and which preset or file beside it was probably meant.
   */
  public static String noSuchFile(Path file) {
    String meant =
        DidYouMean.closest(file.toString(), Presets.ofProgram().names())
            .map("@%s"::formatted)
            .orElse("");
    Path folder = file.toAbsolutePath().getParent();
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = files.map(beside -> beside.getFileName().toString()).sorted().toList();
      meant =
          DidYouMean.closest(file.getFileName().toString(), names)
              .map(name -> "@" + file.resolveSibling(name))
              .orElse(meant);
    } catch (IOException _) {
      // There is no such folder either.
    }
    return "There is no file '%s' to read arguments from%s"
        .formatted(file, meant.isEmpty() ? "" : " (did you mean %s?)".formatted(meant));
  }

  /** Options as a command line. */
  public static String[] of(Map<String, String> options) {
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
