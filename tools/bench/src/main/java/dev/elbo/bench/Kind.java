package dev.elbo.bench;

import dev.elbo.data.Batch;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Update;
import dev.elbo.model.KlWeight;
import dev.elbo.model.Network.Block;
import dev.elbo.random.Noise;
import java.util.Set;

/**
 * A kind of update.
 *
 * @param name what it updates
 * @param blocks what it changes
 * @param dropout whether it drops any of the input
 * @param klWeight weight of a user's divergence
 */
record Kind(String name, Set<Block> blocks, boolean dropout, KlWeight klWeight) {

  /** Such an update in our engines. */
  Update update(Batch batch, Noise noise) {
    return new Update(
        batch, dropout ? noise : noise.withoutDropout(), klWeight, blocks, new Outputs.All());
  }

  /** What PyTorch draws for one. */
  TorchNoise torchNoise() {
    return dropout ? TorchNoise.DRAWN : TorchNoise.DRAWN.withoutDropout();
  }
}
