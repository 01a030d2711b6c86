package dev.elbo.engine;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.model.Model;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import java.util.List;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;

/**
 * An engine that refuses what {@link Engine} says is refused: any number of calls may read what the
 * engine holds, or one may change it. A call that waited instead would hide a mistake in the
 * program: scores from before or after an update, as it happens, are of no use.
 */
public final class GuardedEngine implements Engine {

  private final Engine engine;

  /** Held for reading or for writing during a call; for writing, for ever, once closed. */
  private final StampedLock lock = new StampedLock();

  private volatile boolean closed;

  /**
   * @param engine computes: calls that read may reach it at a time, one that changes it comes alone
   */
  public GuardedEngine(Engine engine) {
    this.engine = engine;
  }

  private <T> T reading(Supplier<T> call) {
    long stamp = lock.tryReadLock();
    if (stamp == 0) {
      throw refusal(
          "the engine is being trained or restored by another call; wait until that is done, or"
              + " make a second engine from a copy of its state");
    }
    try {
      return call.get();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private <T> T changing(Supplier<T> call) {
    long stamp = exclusively();
    try {
      return call.get();
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  private long exclusively() {
    long stamp = lock.tryWriteLock();
    if (stamp == 0) {
      throw refusal(
          "the engine is in use by another call, and cannot be trained, restored or closed"
              + " meanwhile; wait until that is done, or make a second engine from a copy of its"
              + " state");
    }
    return stamp;
  }

  private ElboException refusal(String inUse) {
    return new ElboException(closed ? "the engine is closed; make another one" : inUse);
  }

  @Override
  public Model model() {
    return engine.model();
  }

  @Override
  public Loss loss(Update update) {
    return reading(() -> engine.loss(update));
  }

  @Override
  public Parameters gradients(Update update) {
    return reading(() -> engine.gradients(update));
  }

  @Override
  public Loss step(Update update, AdamOptions adam) {
    return changing(() -> engine.step(update, adam));
  }

  @Override
  public Supplier<Update> prepare(Supplier<Update> update) {
    return reading(() -> engine.prepare(update));
  }

  @Override
  public Loss step(Update update, AdamOptions adam, Exchange exchange) {
    return changing(() -> engine.step(update, adam, exchange));
  }

  @Override
  public void freeze() {
    changing(
        () -> {
          engine.freeze();
          return null;
        });
  }

  @Override
  public void scores(Batch batch, Noise noise, Sink sink) {
    reading(
        () -> {
          engine.scores(batch, noise, sink);
          return null;
        });
  }

  @Override
  public int[] leftOut(CsrMatrix histories, int row) {
    return engine.leftOut(histories, row);
  }

  @Override
  public List<Activation> activations(Batch batch, Noise noise) {
    return reading(() -> engine.activations(batch, noise));
  }

  @Override
  public EngineState state() {
    return reading(engine::state);
  }

  @Override
  public void restore(EngineState state) {
    changing(
        () -> {
          engine.restore(state);
          return null;
        });
  }

  @Override
  public void close() {
    if (!closed) {
      exclusively();
      closed = true;
      engine.close();
    }
  }
}
