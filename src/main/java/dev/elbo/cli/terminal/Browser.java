package dev.elbo.cli.terminal;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/**
 * {@code --open}: what a command made, in a browser. Which one, the variable {@code BROWSER} says
 * as other programs read it: commands, of which the first that works is used, separated by colons,
 * with {@code %s} where the address goes; or else the system does.
 */
@Section(Section.Of.RUNNING)
public final class Browser {

  /** A command that has not failed by now shows the page; some last as long as the browser. */
  private static final long SECONDS_TO_FAIL = 2;

  @Option(
      names = "--open",
      description = "show it in a browser: the one that $BROWSER names, or the system's")
  private boolean open;

  /** Shows a page if that is asked for, and says its address if there is no browser. */
  public void show(URI page, Console console) {
    if (open && !show(page, commands(System.getenv(), System.getProperty("os.name")))) {
      console.note("No browser could be started here; the address is " + page);
    }
  }

  /** What starts a browser, the first to be tried first. */
  static List<List<String>> commands(Map<String, String> environment, String system) {
    List<List<String>> commands = new ArrayList<>();
    Stream.of(environment.getOrDefault("BROWSER", "").split(":", -1))
        .filter(command -> !command.isBlank())
        .forEach(command -> commands.add(List.of(command.strip().split("\\s+"))));
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("windows")) {
      commands.add(List.of("rundll32", "url.dll,FileProtocolHandler"));
    } else if (name.startsWith("mac")) {
      commands.add(List.of("open"));
    } else if (environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY")) {
      commands.add(List.of("setsid", "xdg-open")); // Ctrl-C ends this program, not the browser.
      commands.add(List.of("xdg-open"));
    }
    return commands;
  }

  /** Whether one of the commands showed the page. */
  static boolean show(URI page, List<List<String>> commands) {
    return commands.stream().anyMatch(command -> show(page.toString(), command));
  }

  private static boolean show(String address, List<String> command) {
    List<String> words = new ArrayList<>();
    command.forEach(word -> words.add(word.replace("%s", address)));
    if (words.equals(command)) {
      words.add(address);
    }
    try {
      Process process =
          new ProcessBuilder(words)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return !process.waitFor(SECONDS_TO_FAIL, TimeUnit.SECONDS) || process.exitValue() == 0;
    } catch (IOException _) {
      return false; // there is no such program
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
