package dev.elbo.cli;

import dev.elbo.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
final class VersionText implements IVersionProvider {

  /**
   * The commit that was built, {@code -dirty} if files were changed since; empty if it was built
   * where there is no git, or no history.
   */
  private static String commit() {
    try (InputStream in = VersionText.class.getResourceAsStream("commit")) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String[] getVersion() {
    String commit = commit();
    return new String[] {
      "elbo " + Version.current() + (commit.isEmpty() ? "" : " (commit " + commit + ")"),
      "Java " + Runtime.version()
    };
  }
}
