package dev.elbo.cli.terminal;

import dev.elbo.ElboException;
import dev.elbo.io.FolderLock;
import dev.elbo.io.Json;
import dev.elbo.io.OptionName;
import dev.elbo.io.Printable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a command's words go. */
@Section(Section.Of.RUNNING)
public final class Console {

  /** Set by the launcher: whether standard error is a terminal, which Java cannot ask. */
  private static final boolean TERMINAL = Boolean.getBoolean("elbo.terminal");

  /** How a message about a value begins. */
  private static final Pattern SUBJECT = Pattern.compile("([a-z][A-Za-z0-9]*): ");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--json", description = "print one JSON document, and nothing else, on stdout")
  private boolean json;

  /** Whether the result is asked for as a document. */
  public boolean isJson() {
    return json;
  }

  /** A bar on standard error; in colour, unless the user wants none (no-color.org). */
  static ProgressBarBuilder bar() {
    return ProgressBar.builder().setStyle(style(System.getenv("NO_COLOR")));
  }

  static ProgressBarStyle style(String noColor) {
    return noColor == null || noColor.isEmpty()
        ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK
        : ProgressBarStyle.UNICODE_BLOCK;
  }

  /** Progress, for people. */
  public PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Whether standard error is a terminal. */
  boolean isTerminal() {
    return TERMINAL;
  }

  /** The command, as it is called: {@code elbo prepare}. */
  public String command() {
    return spec.commandLine().getCommandSpec().qualifiedName();
  }

  /** The result in words, for people: standard output, unless that is for JSON. */
  public PrintWriter out() {
    return json ? err() : spec.commandLine().getOut();
  }

  /** A line of the result in words. */
  public void say(String line) {
    out().println(Printable.of(line));
    out().flush();
  }

  /** A line about what is going on. */
  public void note(String line) {
    err().println(Printable.of(line));
  }

  /**
   * Locks a folder that the command writes to.
   *
   * @throws dev.elbo.ElboException if another run holds it, or it cannot be written to
   */
  public FolderLock lock(Path folder) {
    return FolderLock.of(
        folder,
        spec.root().name()
            + " "
            + String.join(" ", spec.commandLine().getParseResult().originalArgs()));
  }

  /** The result as a document, if it is asked for. */
  public void json(Supplier<Object> document) {
    if (json) {
      spec.commandLine().getOut().println(Json.text(document.get()));
      spec.commandLine().getOut().flush();
    }
  }

  /**
   * Refuses options that would do nothing beside another one.
   *
   * @param option that one
   */
  public void requireAlone(String option) {
    requireOnly(option, Set.of(option));
  }

  /**
   * Refuses options that would do nothing.
   *
   * @param beside what they do nothing beside, as the message names it
   * @param used those that do something there; {@code --json} always does
   */
  public void requireOnly(String beside, Set<String> used) {
    for (OptionSpec given : spec.commandLine().getParseResult().matchedOptions()) {
      String name = given.longestName();
      if (!used.contains(name) && !name.equals("--json")) {
        throw wrongUsage("%s does nothing beside %s: leave it out".formatted(name, beside));
      }
    }
  }

  /**
   * Builds something from options: what is out of range is wrong usage. A message that begins with
   * the name of a record's component, as in {@code minRating: expected ...}, names the option.
   *
   * @param build uses options only, and throws an IllegalArgumentException or ElboException if one
   *     is out of range
   */
  public <T> T checked(Supplier<T> build) {
    try {
      return build.get();
    } catch (IllegalArgumentException | ElboException e) {
      throw wrongUsage(withOption(spec, e.getMessage()));
    }
  }

  /**
   * What the library says of a value, with the option that the value was given with.
   *
   * @param command whose option it is
   * @param message as the library has it
   */
  public static String withOption(CommandSpec command, String message) {
    Matcher subject = SUBJECT.matcher(message);
    if (!subject.lookingAt()) {
      return message;
    }
    String option = "--" + OptionName.of(subject.group(1));
    return command.findOption(option) == null
        ? message
        : option + message.substring(subject.end(1));
  }

  /** An error in how the command was called. */
  public ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
