package dev.elbo.spark;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Loss;
import dev.elbo.io.Json;
import dev.elbo.io.Tensor;
import dev.elbo.model.Parameters;
import dev.elbo.train.EpochPlan;
import dev.elbo.train.EpochPlan.Planned;
import dev.elbo.train.EpochUpdates.Done;
import dev.elbo.train.OutputSampler;
import dev.elbo.train.RunOptions;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * The updates of an epoch by the tasks of a barrier stage together. Of each batch a task has the
 * users whose rows it holds: row {@code r} is held by task {@code r mod n}. Noise is keyed by the
 * row, so a user's draws are those of one machine.
 *
 * @param run the run's options, as JSON
 * @param engine name of the engine
 * @param threads of each task
 * @param averaging what is averaged
 * @param users number of training users
 * @param latent latent units of the divergence
 * @param epoch number of the epoch, from 1
 * @param firstUpdate number of its first update
 * @param learningRate of the epoch
 * @param shares the rows of each task
 * @param itemUsers how many training users have each item; null where all outputs are computed
 * @param state of the engine before the epoch
 */
record EpochTask(
    String run,
    String engine,
    int threads,
    Averaging averaging,
    int users,
    int latent,
    int epoch,
    long firstUpdate,
    double learningRate,
    List<Broadcast<CsrMatrix>> shares,
    int[] itemUsers,
    Broadcast<EngineState> state)
    implements Serializable {

  /**
   * What the first task gives back.
   *
   * @param done the updates that were made
   * @param state of the engine after them
   */
  record Result(Done done, EngineState state) implements Serializable {}

  /** Losses of a share, weighted by how much of the batch it is. */
  private static final int LOSSES = 4;

  /**
   * Makes the updates.
   *
   * @return what came of them; the same in all tasks
   */
  Result run(BarrierTaskContext context) throws IOException {
    RunOptions.OfNetwork options =
        (RunOptions.OfNetwork) Json.parse(Path.of("run"), run, RunOptions.class);
    var plan = new EpochPlan(options.training(), users, latent, epoch, firstUpdate, learningRate);
    CsrMatrix own = shares.get(context.partitionId()).value();
    try (Ring ring = Ring.of(context);
        Engine running =
            Engines.byName(engine)
                .create(options.network().model(own.columns()), state.value(), threads)) {
      var task = new Task(running, ring, context.partitionId(), own, plan);
      Done done =
          switch (averaging) {
            case Averaging.OfGradients _ -> task.byGradients();
            case Averaging.OfParameters(int every) -> task.byParameters(every);
          };
      return new Result(done, running.state());
    }
  }

  /** One task of the stage. */
  private final class Task {
    private final Engine running;
    private final Ring ring;
    private final int rank;
    private final CsrMatrix own;
    private final EpochPlan plan;
    private final Optional<OutputSampler> sampler;

    Task(Engine running, Ring ring, int rank, CsrMatrix own, EpochPlan plan) {
      this.running = running;
      this.ring = ring;
      this.rank = rank;
      this.own = own;
      this.plan = plan;
      this.sampler = plan.sampler(() -> itemUsers);
    }

    /** Each update is made of the gradients of all. */
    Done byGradients() {
      var done = new Done();
      for (Iterator<Planned> updates = plan.updates().iterator(); updates.hasNext(); ) {
        Planned update = updates.next();
        int[] rows = ownRows(update);
        double weight = weight(rows, update);
        // Somebody stands in where the batch has none of this task's users, and counts for nothing.
        Batch batch = batch(rows.length == 0 ? new int[] {rank} : rows);
        Loss loss =
            running.step(
                update.of(batch, sampler),
                plan.adam(update),
                (ofShare, gradients) -> {
                  average(gradients, weight);
                  return loss(ring.sum(weighted(ofShare, weight)), 0);
                });
        done.add(loss, update.rows().length, plan.usedUsers());
        if (!Double.isFinite(loss.total())) {
          break;
        }
      }
      return done;
    }

    /** Each task updates by its own gradients, and now and then all go on from their mean. */
    Done byParameters(int every) {
      var done = new Done();
      EngineState.Updates made = state.value().updates();
      List<Planned> updates = plan.updates().toList();
      for (int from = 0; from < updates.size(); from += every) {
        List<Planned> some = updates.subList(from, Math.min(from + every, updates.size()));
        double[] losses = new double[LOSSES * some.size()];
        for (int n = 0; n < some.size(); n++) {
          Planned update = some.get(n);
          int[] rows = ownRows(update);
          if (rows.length > 0) {
            Loss loss = running.step(update.of(batch(rows), sampler), plan.adam(update));
            double[] ofShare = weighted(loss, weight(rows, update));
            System.arraycopy(ofShare, 0, losses, LOSSES * n, LOSSES);
          }
          made = made.after(update.recipe().blocks());
        }
        average(made);
        losses = ring.sum(losses);
        for (int n = 0; n < some.size(); n++) {
          Loss loss = loss(losses, LOSSES * n);
          done.add(loss, some.get(n).rows().length, plan.usedUsers());
          if (!Double.isFinite(loss.total())) {
            return done;
          }
        }
      }
      return done;
    }

    /** Lets all go on from the mean of their states, after so many updates. */
    private void average(EngineState.Updates made) {
      EngineState mine = running.state();
      // Who had none of the users so far has no moments either, and they count as zeros.
      Parameters m = mine.hasMoments() ? mine.firstMoments() : zerosLike(mine.parameters());
      Parameters v = mine.hasMoments() ? mine.secondMoments() : zerosLike(mine.parameters());
      for (Parameters tensors : List.of(mine.parameters(), m, v)) {
        average(tensors, 1.0 / ring.size());
      }
      running.restore(new EngineState(mine.parameters(), m, v, mine.frozen(), made));
    }

    private static Parameters zerosLike(Parameters parameters) {
      SequencedMap<String, Tensor> zeros = new LinkedHashMap<>();
      parameters
          .tensors()
          .forEach(
              (name, tensor) ->
                  zeros.put(
                      name,
                      new Tensor.Float32(
                          tensor.shape(), new float[((Tensor.Float32) tensor).values().length])));
      return new Parameters(zeros);
    }

    private int[] ownRows(Planned update) {
      return Arrays.stream(update.rows()).filter(row -> row % ring.size() == rank).toArray();
    }

    private static double weight(int[] rows, Planned update) {
      return (double) rows.length / update.rows().length;
    }

    private Batch batch(int[] rows) {
      int[] places = Arrays.stream(rows).map(row -> row / ring.size()).toArray();
      return new Batch(rows, own.select(places));
    }

    private static double[] weighted(Loss loss, double weight) {
      return weight == 0
          ? new double[LOSSES]
          : new double[] {
            weight * loss.nll(),
            weight * loss.kl(),
            weight * loss.weightedKl(),
            weight * loss.decay()
          };
    }

    private static Loss loss(double[] losses, int at) {
      return new Loss(losses[at], losses[at + 1], losses[at + 2], losses[at + 3]);
    }

    private void average(Parameters tensors, double weight) {
      for (Tensor tensor : tensors.tensors().values()) {
        float[] values = ((Tensor.Float32) tensor).values();
        if (weight == 0) {
          Arrays.fill(values, 0); // whatever a stand-in's are, infinite or none
        } else if (weight != 1) {
          for (int n = 0; n < values.length; n++) {
            values[n] *= (float) weight;
          }
        }
        ring.sum(values);
      }
    }
  }
}
