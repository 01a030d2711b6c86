package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.cli.Program.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual's page of commands is what {@code tools/CommandPages.java} makes of the program. */
class CommandPagesTest {

  private static final Path PAGE = DocumentedCommands.ROOT.resolve("src/site/markdown/commands.md");

  /** With {@code -Delbo.write} it is brought up to date. */
  @Test
  void theManualsPageIsUpToDate(@TempDir Path folder) throws IOException, InterruptedException {
    Path made = folder.resolve("commands.md");
    Result result =
        Program.start(
            folder,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "../tools/CommandPages.java",
                folder.resolve("share").toString(),
                made.toString()));
    assertEquals(0, result.code(), result.err());
    if (Boolean.getBoolean("elbo.write")) {
      Files.copy(made, PAGE, StandardCopyOption.REPLACE_EXISTING);
    }
    assertEquals(
        Files.readString(made),
        Files.readString(PAGE),
        "options have changed: mvn test -Dtest=CommandPagesTest -Delbo.write=true");
  }
}
