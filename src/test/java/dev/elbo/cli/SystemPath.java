package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder of commands for the {@code PATH}, in which whatever is not named is not found. */
final class SystemPath {

  /** Where the system's commands are. */
  static final String SYSTEM = "/usr/bin:/bin";

  /** What the launchers call, besides Java, once they have built what they start. */
  private static final List<String> OF_LAUNCHERS =
      List.of(
          "basename",
          "cat",
          "cksum",
          "dirname",
          "find",
          "head",
          "locale",
          "ls",
          "mkdir",
          "mktemp",
          "mv",
          "readlink",
          "rm",
          "sed",
          "tail",
          "tr");

  private SystemPath() {}

  /** Makes such a folder with what the launchers call: neither Maven nor git nor Java. */
  static Path ofLaunchers(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String command : OF_LAUNCHERS) {
      link(
          folder,
          Stream.of(SYSTEM.split(":", -1))
              .map(part -> Path.of(part, command))
              .filter(Files::exists)
              .findFirst()
              .orElseThrow());
    }
    return folder;
  }

  /** Makes a program that is another one. A symbolic link would worry who clears the folder. */
  static void link(Path folder, Path program) {
    script(
        folder.resolve(program.getFileName()),
        "exec '%s' \"$@\"".formatted(program.toAbsolutePath()));
  }

  /** Makes a program of a line for the shell. */
  static void script(Path file, String line) {
    assertTrue(
        Program.write(file, "#!/bin/sh\n" + line + "\n").toFile().setExecutable(true, false));
  }
}
