import dev.elbo.Version;
import dev.elbo.cli.Main;
import dev.elbo.cli.terminal.Section;
import dev.elbo.cli.terminal.SectionedOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Writes what a shell and {@code man} read of an installed program, from what its {@code --help} is
 * made of: completion for bash and zsh, and a manual page for each command. picocli's own pages are
 * in AsciiDoc, which takes a Ruby to become one.
 */
final class ShellFiles {

  private ShellFiles() {}

  public static void main(String[] args) throws IOException {
    Path share = Path.of(args[0]);
    CommandLine elbo = new CommandLine(new Main()).setUsageHelpWidth(10_000); // nothing wraps
    SectionedOptions.register(elbo);
    write(
        share.resolve("bash-completion/completions/elbo"),
        AutoComplete.bash("elbo", new CommandLine(new Main())));
    write(share.resolve("man/man1/elbo.1"), page(elbo));
    for (CommandLine command : elbo.getSubcommands().values()) {
      write(share.resolve("man/man1/%s.1".formatted(name(command))), page(command));
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** The name of a command's page: {@code elbo-train}. */
  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
  }

  private static String page(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    String description = String.join(" ", usage.description());
    List<String> page = new ArrayList<>();
    page.add(
        ".TH \"%s\" 1 \"\" \"elbo %s\""
            .formatted(name(command).toUpperCase(Locale.ROOT), Version.current()));
    page.add(".SH NAME");
    page.add(
        "%s \\- %s"
            .formatted(roff(name(command)), roff(description.replaceFirst("\\. .*|\\.$", ""))));
    page.add(".SH SYNOPSIS");
    page.add(line(command.getHelp().synopsis(0).strip()));
    page.add(".SH DESCRIPTION");
    page.add(line(description));
    page.addAll(options(command));
    if (!command.getSubcommands().isEmpty()) {
      page.add(".SH COMMANDS");
      command
          .getSubcommands()
          .values()
          .forEach(
              each -> {
                page.add(".TP");
                page.add(".B " + roff(name(each)) + "(1)");
                page.add(
                    line(String.join(" ", each.getCommandSpec().usageMessage().description())));
              });
    }
    if (usage.footer().length > 0) {
      page.add(".SH " + (usage.footerHeading().isBlank() ? "NOTES" : "EXAMPLES"));
      page.add(".nf");
      Arrays.stream(usage.footer()).map(ShellFiles::line).forEach(page::add);
      page.add(".fi");
    }
    return String.join("\n", page) + "\n";
  }

  /** The options, under the headings that they have in the help. */
  private static List<String> options(CommandLine command) {
    Map<Optional<Section.Of>, List<OptionSpec>> sections =
        command.getCommandSpec().options().stream()
            .filter(option -> !option.hidden())
            .collect(
                Collectors.groupingBy(
                    SectionedOptions::of,
                    () ->
                        new TreeMap<>(
                            Comparator.comparing(section -> section.map(Enum::ordinal).orElse(-1))),
                    Collectors.toList()));
    List<String> lines = new ArrayList<>(List.of(".SH OPTIONS"));
    sections.forEach(
        (section, options) -> {
          section.ifPresent(heading -> lines.add(".SS " + roff(heading.heading())));
          options.forEach(option -> lines.addAll(option(command.getHelp(), option)));
        });
    return lines;
  }

  private static List<String> option(Help help, OptionSpec option) {
    Text[][] rows =
        help.createDefaultOptionRenderer()
            .render(option, help.createDefaultParamLabelRenderer(), help.colorScheme());
    // Columns: whether it is required, the short name, a comma, the long name and its value, the
    // description.
    String names =
        Stream.of(rows[0][1], rows[0][3])
            .map(Text::plainString)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.joining(", "));
    String description =
        Arrays.stream(rows)
            .map(row -> row[4].plainString().strip())
            .collect(Collectors.joining(" "))
            .replaceFirst("\\s*Default: (.*)", " (default: $1)");
    return List.of(".TP", ".B " + roff(names), line(description));
  }

  /** Text that does not begin like a request. */
  private static String line(String text) {
    return text.startsWith(".") || text.startsWith("'") ? "\\&" + roff(text) : roff(text);
  }

  private static String roff(String text) {
    return text.replace("%n", " ").replace("\\", "\\e").replace("-", "\\-");
  }
}
