package dev.elbo.tornado;

import dev.elbo.tornado.layers.Extent;
import dev.elbo.tornado.layers.Tasks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What each layer gives in a graph. */
final class LayerOutputs implements BiConsumer<FloatArray, Extent> {

  /** An output, what counts of it, and whether the graph has it from the host. */
  private record Output(FloatArray array, Extent extent, boolean fromHost) {}

  private final Tasks tasks;
  private final List<Output> outputs = new ArrayList<>();

  /** None yet, of a graph. */
  LayerOutputs(Tasks tasks) {
    this.tasks = tasks;
  }

  /** Takes the output of the next layer, with what counts of it where there is a loss. */
  @Override
  public void accept(FloatArray output, Extent extent) {
    outputs.add(new Output(output, extent, tasks.taken().contains(output)));
  }

  /** Those that the graph leaves on the device. */
  Object[] onDevice() {
    return outputs.stream().filter(output -> !output.fromHost).map(Output::array).toArray();
  }

  /**
   * A copy of what counts.
   *
   * @param fetch takes an array from the device
   */
  List<double[]> values(Consumer<FloatArray> fetch) {
    List<double[]> values = new ArrayList<>();
    for (Output output : outputs) {
      if (!output.fromHost) {
        fetch.accept(output.array);
      }
      double[] counted = new double[output.extent.count()];
      Arrays.setAll(counted, output.array::get);
      values.add(counted);
    }
    return values;
  }
}
