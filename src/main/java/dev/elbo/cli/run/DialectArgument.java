package dev.elbo.cli.run;

import dev.elbo.cli.options.AppliesTo;
import dev.elbo.cli.options.Family;
import dev.elbo.cli.terminal.Section;
import java.util.Optional;
import picocli.CommandLine.Option;

/** One option that stands for several. */
@Section(Section.Of.DIALECT)
@AppliesTo(Family.WITH_DIALECTS)
public final class DialectArgument {

  @Option(
      names = "--dialect",
      converter = Dialect.Converter.class,
      paramLabel = "NAME",
      description =
          "do as another implementation does: sets options that are not given here; `elbo dialects`"
              + " lists them with their sources (default: the authors' recipe)")
  private Dialect dialect;

  /** The dialect, if one is given. */
  public Optional<Dialect> given() {
    return Optional.ofNullable(dialect);
  }
}
