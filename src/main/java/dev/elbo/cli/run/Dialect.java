package dev.elbo.cli.run;

import dev.elbo.DidYouMean;
import dev.elbo.io.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What a project does otherwise than the authors' code (Liang et al. 2018), as options of {@code
 * train} and {@code evaluate}. All of them stand in {@code dialects.json}.
 *
 * @param name the name on the command line
 * @param project repository on GitHub
 * @param switches what is different, as options
 * @param beyond what else is different, and has no option here
 */
public record Dialect(String name, String project, List<Switch> switches, List<Difference> beyond) {

  private static final String RESOURCE = "dialects.json";

  /**
   * One difference, as an option.
   *
   * @param option the option's name
   * @param value its value
   * @param source where the project says so: {@code file:line@commit}
   */
  public record Switch(String option, String value, String source) {
    @Override
    public String toString() {
      return option + "=" + value;
    }
  }

  /**
   * A difference that no option makes.
   *
   * @param what the difference
   * @param source where the project says so: {@code file:line@commit}
   */
  public record Difference(String what, String source) {}

  private record Document(List<Dialect> dialects) {}

  /** All that are known. */
  public static List<Dialect> all() {
    try (InputStream in = Dialect.class.getResourceAsStream(RESOURCE)) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Json.parse(Path.of(RESOURCE), json, Document.class).dialects();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is different, as options of {@code train}. */
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    switches.forEach(one -> options.put(one.option(), one.value()));
    return options;
  }

  /** The name, as an option's value is kept. */
  @Override
  public String toString() {
    return name;
  }

  /** Reads a dialect's name. */
  static final class Converter implements ITypeConverter<Dialect> {
    @Override
    public Dialect convert(String text) {
      List<Dialect> all = all();
      return all.stream()
          .filter(dialect -> dialect.name().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "there is no dialect '%s'%s; choose one of %s (`elbo dialects` explains them)"
                          .formatted(
                              text,
                              DidYouMean.among(all.stream().map(Dialect::name).toList(), text),
                              all.stream().map(Dialect::name).collect(Collectors.joining(", ")))));
    }
  }
}
