package dev.elbo.io;

import java.util.Locale;

/** How the names of the source are written on the command line and in tables. */
public final class OptionName {

  private OptionName() {}

  /** The name of a component of a record: {@code weightDecay} is {@code weight-decay}. */
  public static String of(String component) {
    return component.replaceAll("(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  /** The name of a constant: {@code MULT_VAE} is {@code mult-vae}. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
