package dev.elbo.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** One option that stands for several. */
@Section(Section.Of.DIALECT)
@AppliesTo(Family.WITH_DIALECTS)
final class DialectOption {

  @Option(
      names = "--dialect",
      converter = Dialect.Converter.class,
      paramLabel = "NAME",
      description =
          "do as another implementation does: sets options that are not given here; `elbo dialects`"
              + " lists them with their sources (default: the authors' recipe)")
  private Dialect dialect;

  Optional<Dialect> given() {
    return Optional.ofNullable(dialect);
  }
}
