package dev.elbo.engine;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.model.Model;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import java.util.List;
import java.util.function.Supplier;

/**
 * Computes a model. Every engine gives the same results up to the rounding of its arithmetic, for
 * the same noise.
 *
 * <p>The contract is about whole models and not about single operations, so that an engine is free
 * to fuse layers.
 *
 * <p>An engine uses several threads itself, and several threads may use it. Calls that modify
 * nothing may run at a time, and give the same bits as if each ran alone. {@link #step}, {@link
 * #freeze}, {@link #restore} and {@link #close} need the engine for themselves: they do not wait
 * while it is in use but are refused with an {@link dev.elbo.ElboException}, and so is any other
 * call while one of them runs. This holds, too, for what a {@link Scorer.Sink} calls. A call that
 * is refused modifies nothing and may be tried again; after one that failed, the engine is free.
 * Once the engine is closed, every call is refused.
 */
public interface Engine extends Scorer, AutoCloseable {

  /** The model that is computed. */
  Model model();

  /**
   * The loss of a batch. Nothing is modified.
   *
   * @param update whose loss
   * @throws dev.elbo.ElboException if the model or the engine cannot give what the update asks for
   */
  Loss loss(Update update);

  /**
   * The gradients of the loss, weight decay included, with respect to every parameter, whatever the
   * update may change. Nothing is modified.
   *
   * @param update whose loss
   * @throws dev.elbo.ElboException as {@link #loss}
   */
  Parameters gradients(Update update);

  /**
   * One update. Parameters and moments of its blocks are modified, unless the loss is not finite:
   * then nothing is.
   *
   * @param update whose loss is to become smaller, and what may change
   * @param adam how to update; where it is lazy, rows may be behind until the next call that reads
   *     them, which finds them as if they were not
   * @return the loss before the update
   * @throws dev.elbo.ElboException as {@link #loss}; then nothing is modified
   */
  Loss step(Update update, AdamOptions adam);

  /**
   * Says which update is to be made soon, so that an engine can prepare it while it computes
   * another. Results do not depend on it: a step with the update that comes from here finds what
   * was prepared, and any other is made as if nothing were.
   *
   * @param update makes the update: the same, whenever and on whichever thread it is called; it
   *     calls no engine
   * @return gives the update, for a step; if it cannot be made, it throws what {@code update} does
   */
  default Supplier<Update> prepare(Supplier<Update> update) {
    return update;
  }

  /**
   * One update that several engines make together, each from a share of its users. The engine may
   * bring all rows up to date, and be slower than in an update of its own.
   *
   * @param update whose loss is to become smaller, for this engine's share of the users
   * @param adam how to update
   * @param exchange gives the gradients of all for those of this engine
   * @return the loss of all before the update; where it is not finite, nothing is modified
   * @throws dev.elbo.ElboException as {@link #loss}, or if the engine cannot share an update; then
   *     nothing is modified
   */
  default Loss step(Update update, AdamOptions adam, Exchange exchange) {
    throw new ElboException("this engine makes no update together with others; take --engine fast");
  }

  /**
   * Lets the prior take a copy of the encoder as it is now, in place of the one it has. A prior
   * that remembers no encoder stays as it is.
   */
  void freeze();

  /**
   * Scores every item for every user of the batch, those in the user's history included.
   *
   * @param batch the users' histories, {@code [B, I]}
   * @param noise the draws of the pass; {@link Noise#NONE} for none
   * @param sink receives each user's scores
   */
  void scores(Batch batch, Noise noise, Sink sink);

  /** The scores of a pass without noise: from the mean of the latent layer. */
  @Override
  default void scores(Batch batch, Sink sink) {
    scores(batch, Noise.NONE, sink);
  }

  /**
   * What every layer gives for a batch, in forward order, the negative log-likelihood last. For
   * checks and diagnosis: it may be slow.
   *
   * @param batch the users, {@code [B, I]}
   * @param noise the draws of the pass; {@link Noise#NONE} gives a scoring pass
   */
  List<Activation> activations(Batch batch, Noise noise);

  /**
   * A copy of parameters, moments, update counts and what the prior remembers: enough for a second
   * engine.
   */
  EngineState state();

  /**
   * Replaces parameters, moments, update counts and what the prior remembers.
   *
   * @param state tensors of this model, in float32 or float64
   * @throws IllegalArgumentException if one is missing, unknown, or has another shape; then nothing
   *     is modified
   */
  void restore(EngineState state);

  /**
   * Releases what the engine holds; closed again, it does nothing.
   *
   * @throws dev.elbo.ElboException if the engine is in use; then it is not closed
   */
  @Override
  void close();
}
