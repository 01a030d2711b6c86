package dev.elbo.cli.terminal;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Shows the options of a command under headings that say what they are for. */
public final class SectionedOptions implements IHelpSectionRenderer {

  /**
   * Sections the help of every subcommand all of whose options have one; its first line then names
   * the required options only.
   */
  public static void register(CommandLine program) {
    for (CommandLine command : program.getSubcommands().values()) {
      CommandSpec spec = command.getCommandSpec();
      if (sectioned(spec).noneMatch(option -> of(option).isEmpty())) {
        command
            .getHelpSectionMap()
            .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new SectionedOptions());
        spec.usageMessage().customSynopsis(synopsis(spec));
      }
    }
  }

  private static String synopsis(CommandSpec spec) {
    return spec.options().stream()
        .filter(OptionSpec::required)
        .map(option -> " %s=%s".formatted(option.longestName(), option.paramLabel()))
        .collect(Collectors.joining("", spec.qualifiedName() + " [OPTIONS]", ""));
  }

  /** The options, but those of groups with a heading of their own. */
  private static Stream<OptionSpec> sectioned(CommandSpec spec) {
    return spec.options().stream()
        .filter(option -> option.group() == null || option.group().heading() == null);
  }

  /** The section of an option: what it is annotated with, or the class that it is in. */
  public static Optional<Section.Of> of(OptionSpec option) {
    if (option.usageHelp() || option.versionHelp()) {
      return Optional.of(Section.Of.RUNNING);
    }
    if (!(option.userObject() instanceof Field field)) {
      return Optional.empty();
    }
    Section section =
        field.isAnnotationPresent(Section.class)
            ? field.getAnnotation(Section.class)
            : field.getDeclaringClass().getAnnotation(Section.class);
    return Optional.ofNullable(section).map(Section::value);
  }

  @Override
  public String render(Help help) {
    Map<Section.Of, List<OptionSpec>> sections =
        sectioned(help.commandSpec())
            .collect(
                Collectors.groupingBy(
                    option -> of(option).orElseThrow(), TreeMap::new, Collectors.toList()));
    return sections.entrySet().stream()
        .map(
            section ->
                "%n%s:%n".formatted(section.getKey().heading()) + list(help, section.getValue()))
        .collect(Collectors.joining("", "", groups(help)));
  }

  /** The options of groups with a heading of their own. */
  private static String groups(Help help) {
    String groups = help.optionListGroupSections();
    return groups.isEmpty() ? "" : "%n".formatted() + groups;
  }

  private static String list(Help help, List<OptionSpec> options) {
    Help.Layout layout = help.createDefaultLayout();
    layout.addOptions(options, help.createDefaultParamLabelRenderer());
    return layout.toString();
  }
}
