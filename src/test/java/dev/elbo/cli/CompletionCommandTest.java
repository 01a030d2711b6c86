package dev.elbo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class CompletionCommandTest {

  @TempDir private Path folder;

  /** What bash says of the script with this after it. */
  private String bash(String more) throws IOException, InterruptedException {
    Path script =
        Program.write(
            folder.resolve("elbo completion"), Program.run("completion").done().out() + more);
    Process bash;
    try {
      bash =
          new ProcessBuilder("bash", "--norc", script.toString()).redirectErrorStream(true).start();
    } catch (IOException e) {
      return Assumptions.abort("there is no bash: " + e.getMessage());
    }
    String said = new String(bash.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, bash.waitFor(), said);
    return said;
  }

  /** Presses the tabulator after the last of the words. */
  private List<String> completions(String... words) throws IOException, InterruptedException {
    return bash("""
    COMP_WORDS=(elbo %s)
    COMP_CWORD=%d
    _complete_elbo 2> /dev/null # bash wants to be in a completion for some of it
    printf '%%s\\n' "${COMPREPLY[@]}"
    """
            .formatted("'" + String.join("' '", words) + "'", words.length))
        .lines()
        .map(String::strip)
        .toList();
  }

  @Test
  void bashCompletesCommandsOptionsAndNames() throws IOException, InterruptedException {
    assertEquals(List.of("search"), completions("sea"));
    assertEquals(List.of("--latent"), completions("train", "--lat"));
    assertEquals(List.of("--anneal-beta"), completions("search", "--anneal-b"));
    assertEquals(List.of("mult-vae", "mult-dae"), completions("train", "--model", "mult"));
    assertEquals(List.of("every-module"), completions("train", "--tanh", "ev"));
    assertEquals(List.of("before-dropout"), completions("train", "--l2-normalize", "be"));
    assertEquals(List.of("fast"), completions("train", "--engine", "fa"));
    assertEquals(List.of("gini@100"), completions("evaluate", "--metrics", "gi"));
  }

  /** The script keeps the values of an option under the label that stands for them in the help. */
  @Test
  void optionsOfACommandThatListValuesHaveLabelsOfTheirOwn() {
    for (CommandLine command : new CommandLine(new Main()).getSubcommands().values()) {
      var labels = new HashSet<String>();
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (option.completionCandidates() != null) {
          assertTrue(
              labels.add(option.paramLabel()),
              command.getCommandName() + " " + option.longestName() + " " + option.paramLabel());
        }
      }
    }
  }

  @Test
  void theScriptIsAlsoADocument() {
    Program.Result plain = Program.run("completion").done();
    assertTrue(plain.out().startsWith("#!/usr/bin/env bash"), plain.out());
    assertEquals(
        plain.out().strip(),
        Program.run("completion", "--json").done().json().get("script").asText().strip());
  }
}
