package dev.elbo.bench;

import dev.elbo.data.Batch;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.random.Noise;

/** An update by an engine of ours, again and again, each with noise of its own. */
final class OurUpdate implements Runnable {

  private final Engine engine;
  private final Kind kind;
  private final Batch batch;
  private final AdamOptions adam;
  private long update;

  OurUpdate(Engine engine, Kind kind, Batch batch, AdamOptions adam) {
    this.engine = engine;
    this.kind = kind;
    this.batch = batch;
    this.adam = adam;
  }

  @Override
  public void run() {
    engine.step(kind.update(batch, Noise.of(1, update++)), adam);
  }
}
