package dev.elbo.tornado.input;

import dev.elbo.tornado.layers.Layer;
import dev.elbo.tornado.layers.Tasks;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A column for each pair of an item and a rating. The host lists the pairs where it lists a batch's
 * items, so the layer has no task: its rows are those that come to the device.
 */
public final class RatingPairs implements Layer {

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    return x;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    throw new UnsupportedOperationException("nothing before this layer has parameters");
  }
}
