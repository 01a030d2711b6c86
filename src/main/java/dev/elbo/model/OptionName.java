package dev.elbo.model;

import java.util.Locale;

/** The name of a constant on the command line and in files: {@code MULT_VAE} is mult-vae. */
public final class OptionName {

  private OptionName() {}

  /** In lower case, words apart by hyphens. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
