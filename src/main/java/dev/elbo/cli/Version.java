package dev.elbo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The program's version, as the build wrote it into the jar. */
final class Version implements IVersionProvider {

  /** The version; {@code development} when run from classes. */
  static String current() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  /**
   * The commit that was built, {@code -dirty} if files were changed since; empty if it was built
   * where there is no git, or no history.
   */
  private static String commit() {
    try (InputStream in = Version.class.getResourceAsStream("commit")) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String[] getVersion() {
    String commit = commit();
    return new String[] {
      "elbo " + current() + (commit.isEmpty() ? "" : " (commit " + commit + ")"),
      "Java " + Runtime.version()
    };
  }
}
