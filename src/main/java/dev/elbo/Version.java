package dev.elbo;

import java.util.Optional;

/** The version of Elbo, as the build wrote it into the jar. */
public final class Version {

  private Version() {}

  /** The version; {@code development} when run from classes. */
  public static String current() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
