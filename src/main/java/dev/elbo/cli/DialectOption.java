package dev.elbo.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One option that stands for several. */
@Section(Section.Of.DIALECT)
final class DialectOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--dialect",
      converter = Dialect.Converter.class,
      paramLabel = "NAME",
      description =
          "do as another implementation does: sets options that are not given here; `elbo dialects`"
              + " lists them with their sources (default: the authors' recipe)")
  private Dialect dialect;

  boolean isGiven() {
    return dialect != null;
  }

  /** Sets those options of the command that the dialect names and that were not given. */
  void apply() {
    if (dialect == null) {
      return;
    }
    Map<String, String> options = new LinkedHashMap<>();
    for (Dialect.Switch one : dialect.switches()) {
      if (spec.findOption(one.option()) != null) {
        options.put(one.option(), one.value());
      }
    }
    options.putAll(Arguments.given(spec.commandLine().getParseResult()));
    spec.commandLine().parseArgs(Arguments.of(options));
  }
}
