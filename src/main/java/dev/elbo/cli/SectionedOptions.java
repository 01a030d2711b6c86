package dev.elbo.cli;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Shows the options of a command under headings that say what they are for. */
final class SectionedOptions implements IHelpSectionRenderer {

  /** Lets the help of those commands under a program be so that have sections of their own. */
  static void register(CommandLine program) {
    for (CommandLine command : program.getSubcommands().values()) {
      boolean sectioned =
          command.getCommandSpec().options().stream()
              .map(SectionedOptions::of)
              .anyMatch(section -> section != Section.Of.COMMAND && section != Section.Of.RUNNING);
      if (sectioned) {
        command
            .getHelpSectionMap()
            .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new SectionedOptions());
        command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
      }
    }
  }

  /** The section of an option: what it is annotated with, or the class that it is in. */
  static Section.Of of(OptionSpec option) {
    if (option.usageHelp() || option.versionHelp()) {
      return Section.Of.RUNNING;
    }
    if (!(option.userObject() instanceof Field field)) {
      return Section.Of.COMMAND;
    }
    Section section =
        field.isAnnotationPresent(Section.class)
            ? field.getAnnotation(Section.class)
            : field.getDeclaringClass().getAnnotation(Section.class);
    return section == null ? Section.Of.COMMAND : section.value();
  }

  @Override
  public String render(Help help) {
    Map<Section.Of, List<OptionSpec>> sections =
        help.commandSpec().options().stream()
            .filter(option -> option.group() == null || option.group().heading() == null)
            .collect(
                Collectors.groupingBy(SectionedOptions::of, TreeMap::new, Collectors.toList()));
    return sections.entrySet().stream()
        .map(
            section ->
                "%n%s:%n".formatted(section.getKey().heading) + list(help, section.getValue()))
        .collect(Collectors.joining());
  }

  private static String list(Help help, List<OptionSpec> options) {
    Help.Layout layout = help.createDefaultLayout();
    layout.addOptions(options, help.createDefaultParamLabelRenderer());
    return layout.toString();
  }
}
