package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A layer that can compute the tanh of its output, too, without a task more. */
public interface Activating extends Layer {

  /**
   * Has it computed from now on.
   *
   * @param tanh as long as the output. Overwritten by what {@link #forward} adds.
   */
  void activate(FloatArray tanh);
}
