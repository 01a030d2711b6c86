package dev.elbo.train;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Engine;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Update;
import dev.elbo.train.EpochPlan.Planned;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Makes the updates of an epoch: one after another by one engine, or by many together. */
@FunctionalInterface
public interface EpochUpdates {

  /** Each after the other, by the run's engine. */
  EpochUpdates ONE_BY_ONE =
      (engine, train, plan, listener) -> {
        Optional<OutputSampler> sampler = plan.sampler(train::columnCounts);
        var done = new Done();
        List<Planned> planned = plan.updates().toList();
        if (planned.isEmpty()) {
          return done;
        }
        IntFunction<Supplier<Update>> prepare =
            n ->
                engine.prepare(
                    () -> planned.get(n).of(Batch.of(train, planned.get(n).rows()), sampler));
        Supplier<Update> next = prepare.apply(0);
        for (int n = 0; n < planned.size(); n++) {
          Update update = next.get();
          if (n + 1 < planned.size()) {
            next = prepare.apply(n + 1); // while this one is made
          }
          Loss loss = engine.step(update, plan.adam(planned.get(n)));
          done.add(loss, update.batch().size(), plan.usedUsers());
          if (!Double.isFinite(done.last.total())) {
            break;
          }
          listener.updated(plan.epoch(), done.users, done.last);
        }
        return done;
      };

  /** The updates made so far, and their losses, each measured before its update. */
  final class Done implements Serializable {
    private static final long serialVersionUID = 1L;

    private int updates;
    private int users;
    private double loss;
    private double nll;
    private double kl;
    private Loss last;

    /**
     * Takes note of an update.
     *
     * @param ofBatch its loss
     * @param size number of its users
     * @param all number of users of the epoch
     */
    public void add(Loss ofBatch, int size, int all) {
      updates++;
      users += size;
      loss += ofBatch.total() * size / all;
      nll += ofBatch.nll() * size / all;
      kl += ofBatch.kl() * size / all;
      last = ofBatch;
    }

    /** How many updates. */
    public int updates() {
      return updates;
    }

    /** How many users they were about. */
    public int users() {
      return users;
    }

    /** The objective, mean over the users. */
    double loss() {
      return loss;
    }

    /** The negative log-likelihood, likewise. */
    double nll() {
      return nll;
    }

    /** The divergence of the latent layer, likewise. */
    double kl() {
      return kl;
    }

    /** The loss of the last update. */
    public Loss last() {
      return last;
    }
  }

  /**
   * Makes the updates, up to the first whose loss is not finite.
   *
   * @param engine holds the state before; afterwards, the state after
   * @param train all training users, {@code [users, I]}
   * @param plan what the updates are
   * @param listener is told of updates, as they are made or later
   * @return the updates that were made
   */
  Done make(Engine engine, CsrMatrix train, EpochPlan plan, TrainingListener listener);
}
