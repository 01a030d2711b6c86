package dev.elbo.train;

import dev.elbo.ElboException;
import dev.elbo.data.IdIndex;
import dev.elbo.engine.EngineState;
import dev.elbo.io.Json;
import dev.elbo.io.Tensor;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The start of a run from a trained model: what that has for an item of the data is taken over,
 * whatever place the item has now, and so is all that belongs to no item. What belongs to new items
 * is as the run draws it. Moments start from zero, and a prior that remembers an encoder from the
 * one that is taken over.
 *
 * <p>Items are the model's columns: users, if it reads items' rows.
 */
final class WarmStart {

  /** What may differ: what training drops, and what it makes small. */
  private static final Set<String> FREE =
      Set.of(
          "dropout",
          "decoder-dropout",
          "weight-decay",
          "prior",
          "standard-weight",
          "old-weight",
          "wide-weight",
          "wide-log-variance");

  private static final int NEW = IdIndex.UNKNOWN;

  private final SavedModel from;

  /** Number of each item of the data in the model; {@link #NEW} if it does not have it. */
  private final int[] before;

  private final StartedFrom description;

  /**
   * @param from the model
   * @param network what is to be trained
   * @param ids the items of the data
   * @throws ElboException if the model is a baseline or another network, or knows none of the items
   */
  WarmStart(SavedModel from, ModelOptions network, List<String> ids) {
    if (!(from.description().model() instanceof ModelOptions had)) {
      throw new ElboException(
          "a run starts from a network, and %s is fitted in one go: fit it to the new data"
              .formatted(from.description().run().model()));
    }
    requireSame(had, network);
    this.from = from;
    before = new IdIndex(from.itemIds()).of(ids);
    int matched = (int) Arrays.stream(before).filter(number -> number != NEW).count();
    if (matched == 0) {
      throw new ElboException(
          "the model to start from knows none of the %,d %s of the data; train without it"
              .formatted(ids.size(), from.readsItems() ? "users" : "items"));
    }
    description =
        new StartedFrom(
            from.parametersSha256(),
            from.description().bestEpoch(),
            from.description().validation(),
            matched,
            ids.size() - matched,
            from.itemIds().size() - matched);
  }

  private static void requireSame(ModelOptions had, ModelOptions has) {
    SequencedMap<String, String> before = Json.leaves(had);
    SequencedMap<String, String> now = Json.leaves(has);
    Set<String> names = new LinkedHashSet<>(before.keySet());
    names.addAll(now.keySet());
    names.removeAll(FREE);
    for (String name : names) {
      if (!Objects.equals(before.get(name), now.get(name))) {
        throw new ElboException(
            "%s: expected %s, as the model to start from has, found %s; take the same, or train"
                    .formatted(name, before.get(name), now.get(name))
                + " without that model");
      }
    }
  }

  /** What it is, for those who ask later. */
  StartedFrom description() {
    return description;
  }

  /**
   * The state before the first update.
   *
   * @param options of the run: they draw what is new
   */
  EngineState state(RunOptions.OfNetwork options) {
    int items = before.length;
    Model model = options.network().model(items);
    Parameters drawn = Parameters.initial(model, options.seed(), options.initialization());
    // What grows when there is one item more belongs to items, each with as much.
    Iterator<ParameterSpec> wider = options.network().model(items + 1).parameters().iterator();
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (ParameterSpec parameter : model.parameters()) {
      ParameterSpec more = wider.next();
      int[] rows = places(parameter.out(), more.out() - parameter.out());
      int[] columns = places(Math.max(1, parameter.in()), more.in() - parameter.in());
      String name = parameter.name();
      float[] values = drawn.float32(name, parameter.shape());
      take(name, rows, columns, values);
      tensors.put(name, new Tensor.Float32(parameter.shape(), values));
    }
    return EngineState.initial(new Parameters(tensors));
  }

  /** Where the model has each place of a dimension, of which an item has some. */
  private int[] places(int size, int ofItem) {
    int[] places = new int[size];
    for (int place = 0; place < size; place++) {
      if (ofItem == 0) {
        places[place] = place;
      } else {
        int item = before[place / ofItem];
        places[place] = item == NEW ? NEW : item * ofItem + place % ofItem;
      }
    }
    return places;
  }

  private void take(String name, int[] rows, int[] columns, float[] values) {
    int[] shape = from.parameters().tensors().get(name).shape();
    int width = shape.length == 1 ? 1 : shape[1];
    double[] trained = from.parameters().float64(name);
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < columns.length; column++) {
        if (rows[row] != NEW && columns[column] != NEW) {
          values[row * columns.length + column] =
              (float) trained[rows[row] * width + columns[column]];
        }
      }
    }
  }
}
