package dev.elbo.engine;

import dev.elbo.data.Batch;
import dev.elbo.model.KlWeight;
import dev.elbo.model.Network.Block;
import dev.elbo.random.Noise;
import java.util.EnumSet;
import java.util.Set;

/**
 * What one update is about: for whom the loss is computed, with which noise, and what it may
 * change. A loss and its gradients are asked for in the same words.
 *
 * @param batch the users, {@code [B, I]}; what the model reads is also what it is to reconstruct
 * @param noise the draws of the pass; {@link Noise#NONE} for none
 * @param klWeight weight of each user's divergence
 * @param blocks what a step may change; it need not compute the gradients of the others
 * @param outputs what is held against the batch
 */
public record Update(
    Batch batch, Noise noise, KlWeight klWeight, Set<Block> blocks, Outputs outputs) {

  /** All parameters. */
  public static final Set<Block> ALL = Set.copyOf(EnumSet.allOf(Block.class));

  /** Checks that something may change. */
  public Update {
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("an update changes at least one block");
    }
    blocks = Set.copyOf(blocks);
  }

  /** An update of all parameters, from all outputs that the network gives. */
  public static Update of(Batch batch, Noise noise, double beta) {
    return new Update(batch, noise, KlWeight.of(beta), ALL, new Outputs.All());
  }
}
