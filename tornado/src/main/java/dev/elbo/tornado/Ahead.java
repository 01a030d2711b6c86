package dev.elbo.tornado;

import dev.elbo.engine.Update;
import dev.elbo.tornado.input.PreparedPass;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Prepares the updates to come in a thread of its own, while the device computes. What fails there
 * is tried again by whoever asks for it, and so fails where it would have failed without.
 */
final class Ahead implements AutoCloseable {

  /** The update that a step is about to make, and the one after it. */
  private static final int MOST = 2;

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("elbo-ahead").factory());

  private final Queue<CompletableFuture<Prepared>> coming = new ArrayDeque<>();

  /**
   * An update, and its pass.
   *
   * @param pass empty if there is no room for it in the network
   */
  private record Prepared(Update update, Optional<PreparedPass> pass) {}

  /**
   * Begins to prepare an update.
   *
   * @param update makes it
   * @param pass prepares its pass
   * @return gives the update
   */
  Supplier<Update> prepare(Supplier<Update> update, Function<Update, Optional<PreparedPass>> pass) {
    CompletableFuture<Prepared> prepared =
        CompletableFuture.supplyAsync(
            () -> {
              Update made = update.get();
              return new Prepared(made, pass.apply(made));
            },
            thread);
    if (coming.size() == MOST) {
      coming.remove();
    }
    coming.add(prepared);
    return () -> await(prepared).map(Prepared::update).orElseGet(update);
  }

  /**
   * What was prepared for an update, if it was; what was to be made before it is dropped. Only what
   * is done is looked at: whoever has an update that comes from here has waited for it.
   */
  Optional<PreparedPass> take(Update update) {
    for (CompletableFuture<Prepared> each : List.copyOf(coming)) {
      Optional<Prepared> done = each.isDone() ? await(each) : Optional.empty();
      if (done.isPresent() && done.get().update().equals(update)) {
        while (coming.peek() != each) {
          coming.remove();
        }
        coming.remove();
        return done.get().pass();
      }
    }
    return Optional.empty();
  }

  private static Optional<Prepared> await(CompletableFuture<Prepared> prepared) {
    try {
      return Optional.of(prepared.join());
    } catch (CompletionException _) {
      return Optional.empty();
    }
  }

  /** Drops everything. */
  void clear() {
    coming.clear();
  }

  /** Ends the thread, once it is done with what it was given; does not wait for that. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
