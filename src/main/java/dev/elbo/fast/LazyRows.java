package dev.elbo.fast;

import static dev.elbo.linalg.VectorMath.SPECIES;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.EngineState.Updates;
import dev.elbo.engine.MissedUpdates;
import dev.elbo.fast.layers.Parameter;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Workers;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.model.Network.Block;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.incubator.vector.VectorMask;

/**
 * The rows of items that lazy updates leave behind, and what brings them up to date: the first
 * weight, which has a row for each item that is read, and the last weight and bias, which have one
 * for each item that is predicted. The formula stands at {@link MissedUpdates}.
 *
 * <p>A row is brought up to date before an update reads it, and all rows before anybody else does.
 */
final class LazyRows {

  /** Rows that one task brings up to date. */
  private static final int ROWS = 64;

  private final Workers workers;
  private final List<Parameter> read;
  private final List<Parameter> predicted;
  private final int items;
  private final Map<Block, MissedUpdates> missed = new EnumMap<>(Block.class);

  /** Whether a row may be behind. */
  private volatile boolean behind;

  /**
   * @param model has sampled outputs
   * @param parameters the model's, by name
   * @param workers threads to use
   */
  LazyRows(Model model, Map<String, Parameter> parameters, Workers workers) {
    this.workers = workers;
    this.items = model.items();
    LayerSpec.SparseLinear first =
        model.network().encoder().stream()
            .filter(LayerSpec.SparseLinear.class::isInstance)
            .map(LayerSpec.SparseLinear.class::cast)
            .findFirst()
            .orElseThrow();
    LayerSpec.Linear last = (LayerSpec.Linear) model.network().decoder().getLast();
    read = List.of(parameters.get(first.weight()));
    predicted = List.of(parameters.get(last.weight()), parameters.get(last.bias()));
  }

  /**
   * Begins a lazy update: brings the rows that it reads up to date. The others may be behind from
   * now on.
   *
   * @param x the users' items, {@code [B, I]}
   * @param drawn the items that were drawn
   */
  void begin(CsrMatrix x, int[] drawn, AdamOptions adam) {
    if (!missed.isEmpty() && !missed.get(Block.ENCODER).areOf(adam)) {
      bringAllUpToDate();
    }
    if (!behind) {
      for (Block block : Block.values()) {
        missed.put(block, new MissedUpdates(adam));
      }
      read.forEach(parameter -> parameter.seen = new int[items]);
      predicted.forEach(parameter -> parameter.seen = new int[items]);
      behind = true;
    }
    int[] own = distinct(x.indices());
    int[] both = Arrays.copyOf(own, own.length + drawn.length);
    System.arraycopy(drawn, 0, both, own.length, drawn.length);
    read.forEach(parameter -> bringUpToDate(parameter, own));
    int[] computed = distinct(both);
    predicted.forEach(parameter -> bringUpToDate(parameter, computed));
  }

  private static int[] distinct(int[] some) {
    int[] sorted = some.clone();
    Arrays.sort(sorted);
    int found = 0;
    for (int item : sorted) {
      if (found == 0 || sorted[found - 1] != item) {
        sorted[found++] = item;
      }
    }
    return Arrays.copyOf(sorted, found);
  }

  /**
   * Counts an update, after {@link #begin} and before its gradients.
   *
   * @param blocks what it changes
   * @param updates how often each block was updated, this update included
   */
  void add(Set<Block> blocks, Updates updates, AdamOptions adam) {
    blocks.forEach(block -> missed.get(block).add(adam, updates.of(block)));
  }

  /** Takes down that some rows have seen the update that was last counted. */
  void saw(Parameter parameter, int at, int length) {
    int width = parameter.value.length / items;
    Arrays.fill(
        parameter.seen, at / width, (at + length) / width, missed.get(parameter.block).count());
  }

  /** Brings every row up to date. Several threads may call it, and find all rows so. */
  void bringAllUpToDate() {
    if (!behind) {
      return;
    }
    synchronized (this) {
      if (behind) {
        int[] all = new int[items];
        Arrays.setAll(all, i -> i);
        read.forEach(parameter -> bringUpToDate(parameter, all));
        predicted.forEach(parameter -> bringUpToDate(parameter, all));
        behind = false;
      }
    }
  }

  /** Forgets what rows have missed: their values are replaced. */
  void forget() {
    behind = false;
  }

  private void bringUpToDate(Parameter parameter, int[] rows) {
    MissedUpdates updates = missed.get(parameter.block);
    int width = parameter.value.length / items;
    workers.forEach(
        Math.ceilDiv(rows.length, ROWS),
        task -> {
          for (int n = task * ROWS; n < Math.min((task + 1) * ROWS, rows.length); n++) {
            int seen = parameter.seen[rows[n]];
            if (seen < updates.count()) {
              advance(parameter, rows[n] * width, width, updates, seen);
              parameter.seen[rows[n]] = updates.count();
            }
          }
        });
  }

  private static void advance(
      Parameter parameter, int at, int width, MissedUpdates updates, int seen) {
    float decay1 = (float) updates.firstDecay(seen);
    float decay2 = (float) updates.secondDecay(seen);
    float rate = (float) updates.rate(seen);
    float epsilon = (float) updates.epsilon(seen);
    int whole = SPECIES.loopBound(width);
    for (int n = 0; n < whole; n += SPECIES.length()) {
      Adam.move(parameter, at + n, rate, epsilon, null);
      decay(parameter, at + n, decay1, decay2, null);
    }
    if (whole < width) {
      VectorMask<Float> rest = SPECIES.indexInRange(whole, width);
      Adam.move(parameter, at + whole, rate, epsilon, rest);
      decay(parameter, at + whole, decay1, decay2, rest);
    }
  }

  private static void decay(
      Parameter parameter, int at, float decay1, float decay2, VectorMask<Float> mask) {
    Rows.store(Rows.load(parameter.m, at, mask).mul(decay1), parameter.m, at, mask);
    Rows.store(Rows.load(parameter.v, at, mask).mul(decay2), parameter.v, at, mask);
  }
}
