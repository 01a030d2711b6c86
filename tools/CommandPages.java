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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Writes what is read about the commands, from what their {@code --help} is made of: completion for
 * bash and zsh and a page of {@code man} for each command, and the page of the manual that has them
 * all. picocli's own pages are in AsciiDoc, which takes a Ruby to become one of these.
 *
 * <pre>
 * CommandPages SHARE         the folder "share" of an installed program
 * CommandPages SHARE PAGE    and the page of the manual
 * </pre>
 */
final class CommandPages {

  private static final String TITLE =
      """
      # Commands

      Every command with all of its options, to look things up: what `--help` shows, on one page. The pages before it show
      what they are for; [what all commands share](getting-started.md#what-all-commands-share) comes first. This page is
      made from the program (`tools/CommandPages.java`).

      """;

  private static final String END =
      """

      [← Library](library.md) · [The manual](index.md) · [Learn →](learn.md)
      """;

  /** What an option or a word is called, and what it does. */
  private record Row(String name, String description) {}

  private CommandPages() {}

  public static void main(String[] args) throws IOException {
    Path share = Path.of(args[0]);
    CommandLine elbo = new CommandLine(new Main()).setUsageHelpWidth(10_000); // nothing wraps
    SectionedOptions.register(elbo);
    write(
        share.resolve("bash-completion/completions/elbo"),
        AutoComplete.bash("elbo", new CommandLine(new Main())));
    write(share.resolve("man/man1/elbo.1"), man(elbo));
    for (CommandLine command : elbo.getSubcommands().values()) {
      write(share.resolve("man/man1/%s.1".formatted(name(command))), man(command));
    }
    if (args.length > 1) {
      write(Path.of(args[1]), manual(elbo.getSubcommands().values()));
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, text);
  }

  /** The name of a command's page: {@code elbo-train}. */
  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
  }

  private static String description(CommandLine command) {
    return String.join(" ", command.getCommandSpec().usageMessage().description());
  }

  // ---- man ------------------------------------------------------------------

  private static String man(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    String description = description(command);
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
    page.add(".SH OPTIONS");
    rows(command)
        .forEach(
            (heading, rows) -> {
              if (!heading.isEmpty()) {
                page.add(".SS " + roff(heading));
              }
              rows.forEach(
                  row ->
                      page.addAll(List.of(".TP", ".B " + roff(row.name), line(row.description))));
            });
    if (!command.getSubcommands().isEmpty()) {
      page.add(".SH COMMANDS");
      command
          .getSubcommands()
          .values()
          .forEach(
              each ->
                  page.addAll(
                      List.of(".TP", ".B " + roff(name(each)) + "(1)", line(description(each)))));
    }
    if (usage.footer().length > 0) {
      page.add(".SH " + (usage.footerHeading().isBlank() ? "NOTES" : "EXAMPLES"));
      page.add(".nf");
      Arrays.stream(usage.footer()).map(CommandPages::line).forEach(page::add);
      page.add(".fi");
    }
    return String.join("\n", page) + "\n";
  }

  /** Text that does not begin like a request. */
  private static String line(String text) {
    return text.startsWith(".") || text.startsWith("'") ? "\\&" + roff(text) : roff(text);
  }

  private static String roff(String text) {
    return text.replace("%n", " ").replace("\\", "\\e").replace("-", "\\-");
  }

  // ---- the page of the manual ------------------------------------------------

  private static String manual(Iterable<CommandLine> commands) {
    StringBuilder contents = new StringBuilder("| | |\n|---|---|\n");
    StringBuilder sections = new StringBuilder();
    for (CommandLine command : commands) {
      String name = command.getCommandName();
      String first = description(command).replaceFirst("(?<=\\.) .*", "");
      contents.append("| [`%s`](#%s) | %s |\n".formatted(name, name, markdown(first)));
      sections.append(section(command));
    }
    return TITLE + contents + sections + END;
  }

  private static String section(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    StringBuilder page = new StringBuilder("\n## %s\n\n".formatted(command.getCommandName()));
    page.append(markdown(description(command))).append("\n\n```\n");
    Arrays.stream(usage.footer())
        .map(String::strip)
        .forEach(each -> page.append(each).append('\n'));
    page.append("```\n\n| option | |\n|---|---|\n");
    rows(command)
        .forEach(
            (heading, rows) -> {
              if (!heading.isEmpty()) {
                page.append("| **%s** | |\n".formatted(heading));
              }
              Map<String, String> namesOfDescriptions =
                  rows.stream()
                      .filter(row -> !row.name.matches("-[hV], .*"))
                      .collect(
                          Collectors.toMap(
                              Row::description,
                              row -> code(row.name),
                              (some, another) -> some + ", " + another,
                              LinkedHashMap::new));
              namesOfDescriptions.forEach(
                  (description, names) ->
                      page.append("| %s | %s |\n".formatted(names, markdown(description))));
            });
    return page.toString();
  }

  private static String code(String text) {
    return "`%s`".formatted(text.replace("|", "\\|"));
  }

  /** Text of a cell, with options as code; what stands in code stays as it is. */
  private static String markdown(String text) {
    String[] parts = text.replace("%n", " ").replace("|", "\\|").split("`", -1);
    for (int n = 0; n < parts.length; n += 2) {
      parts[n] =
          parts[n]
              .replace("*", "\\*")
              .replace("<", "&lt;")
              .replace("_", "\\_")
              .replaceAll("(?<![\\w-])--[a-z][\\w-]*", "`$0`");
    }
    return String.join("`", parts);
  }

  // ---- what both are made of ---------------------------------------------------

  /** Words and options, under the headings that they have in the help. */
  private static Map<String, List<Row>> rows(CommandLine command) {
    Map<String, List<Row>> rows = new LinkedHashMap<>();
    for (PositionalParamSpec word : command.getCommandSpec().positionalParameters()) {
      rows.computeIfAbsent("", _ -> new ArrayList<>())
          .add(new Row(word.paramLabel(), String.join(" ", word.description())));
    }
    command.getCommandSpec().options().stream()
        .filter(option -> !option.hidden())
        .sorted(Comparator.comparing(CommandPages::place))
        .forEach(
            option ->
                rows.computeIfAbsent(heading(option), _ -> new ArrayList<>())
                    .add(row(command.getHelp(), option)));
    return rows;
  }

  private static Optional<String> groupHeading(OptionSpec option) {
    return Optional.ofNullable(option.group())
        .map(group -> group.heading())
        .map(heading -> heading.replaceAll(":?(%n)*$", ""));
  }

  private static String heading(OptionSpec option) {
    return groupHeading(option)
        .or(() -> SectionedOptions.of(option).map(Section.Of::heading))
        .orElse("");
  }

  /** Those without a heading first, and then those of groups. */
  private static int place(OptionSpec option) {
    return groupHeading(option).isPresent()
        ? -1
        : SectionedOptions.of(option).map(Enum::ordinal).orElse(-2);
  }

  private static Row row(Help help, OptionSpec option) {
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
    return new Row(names, description + (option.required() ? " (required)" : ""));
  }
}
