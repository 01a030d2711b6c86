package dev.elbo.serve;

import dev.elbo.ElboException;
import dev.elbo.recommend.Query;
import dev.elbo.recommend.Recommendation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;

/**
 * Scores together the requests that are waiting at the same time: while one batch is scored the
 * next one gathers, so that nobody waits for company, and a batch grows with the load. A batch
 * costs little more than a user alone, for it is the reading of the weights that takes the time.
 */
final class MicroBatches implements AutoCloseable {

  /** A request that waits. */
  private record Waiting(
      List<Query> queries, CompletableFuture<List<List<Recommendation>>> answer) {}

  private final LiveModel model;
  private final Limits limits;
  private final IntConsumer scored;
  private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
  private final Semaphore room;
  private final Thread scorer;

  /**
   * @param model is asked
   * @param limits how many may wait, for how long, and how many are scored together
   * @param scored is told how many users a batch had
   */
  MicroBatches(LiveModel model, Limits limits, IntConsumer scored) {
    this.model = model;
    this.limits = limits;
    this.scored = scored;
    this.room = new Semaphore(limits.waitingUsers());
    this.scorer = Thread.ofPlatform().daemon().name("elbo-scorer").start(this::score);
  }

  /** Users that wait, or are being scored. */
  int waiting() {
    return limits.waitingUsers() - room.availablePermits();
  }

  /**
   * The best items for each user.
   *
   * @param queries at most as many as may wait
   * @throws Refusal if too many wait already, or none answers in time
   * @throws ElboException what the model throws
   */
  List<List<Recommendation>> recommend(List<Query> queries) {
    if (!room.tryAcquire(queries.size())) {
      throw new Refusal(Refusal.TOO_MANY, "too many requests wait already; try again in a moment");
    }
    var waiting = new Waiting(queries, new CompletableFuture<>());
    queue.add(waiting);
    Duration patience = limits.patience();
    try {
      return waiting.answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException _) {
      waiting.answer.cancel(false);
      throw new Refusal(
          Refusal.UNAVAILABLE, "no answer within %d s; try again".formatted(patience.toSeconds()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal(Refusal.UNAVAILABLE, "the server is ending");
    }
  }

  private void score() {
    List<Waiting> batch = new ArrayList<>();
    while (true) {
      try {
        batch.add(queue.take());
      } catch (InterruptedException _) {
        return;
      }
      int users = batch.getFirst().queries.size();
      for (Waiting next = queue.peek();
          next != null && users + next.queries.size() <= limits.batch();
          next = queue.peek()) {
        batch.add(queue.remove());
        users += next.queries.size();
      }
      score(batch, users);
      batch.clear();
    }
  }

  private void score(List<Waiting> batch, int users) {
    // Nobody waits any more for an answer that took too long.
    List<Waiting> wanted = batch.stream().filter(one -> !one.answer.isDone()).toList();
    try {
      answer(wanted);
    } finally {
      room.release(users);
    }
    scored.accept(users);
  }

  private void answer(List<Waiting> batch) {
    List<Query> queries = batch.stream().flatMap(one -> one.queries.stream()).toList();
    try {
      List<List<Recommendation>> answers = model.ask(asked -> asked.recommend(queries));
      int from = 0;
      for (Waiting one : batch) {
        one.answer.complete(answers.subList(from, from + one.queries.size()));
        from += one.queries.size();
      }
    } catch (RuntimeException | Error e) {
      if (batch.size() == 1) {
        batch.getFirst().answer.completeExceptionally(e);
      } else {
        // What one of them asked must not spoil the answers of the others.
        batch.forEach(one -> answer(List.of(one)));
      }
    }
  }

  @Override
  public void close() {
    scorer.interrupt();
  }
}
