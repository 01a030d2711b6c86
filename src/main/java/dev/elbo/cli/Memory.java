package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.model.Model;
import dev.elbo.model.ParameterSpec;

/** What training must keep in memory. */
final class Memory {

  /** The bytes of a parameter and its two moments in float32. */
  private static final int STATE = 3 * Float.BYTES;

  private Memory() {}

  /**
   * Refuses a network that certainly does not fit, before anything is computed: each epoch's state
   * is copied to be written.
   *
   * @throws ElboException if its state alone is larger than the memory that Java may use
   */
  static void require(Model network) {
    if (parameters(network) * STATE > Runtime.getRuntime().maxMemory()) {
      throw tooLittle(network);
    }
  }

  /** The error of a network that does not fit. */
  static ElboException tooLittle(Model network) {
    long parameters = parameters(network);
    return tooLittle(
        "training takes more than %,d MiB for its %,d parameters, their moments, and a copy of both,"
                .formatted((parameters * 2 * STATE) >> 20, parameters)
            + " and ");
  }

  /** The error of a command that did not fit. */
  static ElboException tooLittle() {
    return tooLittle("");
  }

  private static ElboException tooLittle(String needed) {
    return new ElboException(
        needed
            + "the %,d MiB that Java may use are not enough; give it more, as in"
                .formatted(Runtime.getRuntime().maxMemory() >> 20)
            + " ELBO_JAVA_OPTS=-Xmx16g, or use less: fewer items (--min-item-users of prepare), or"
            + " smaller --hidden, --latent or --batch-size");
  }

  private static long parameters(Model network) {
    return network.parameters().stream().mapToLong(ParameterSpec::size).sum();
  }
}
