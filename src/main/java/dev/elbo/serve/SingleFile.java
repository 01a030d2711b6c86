package dev.elbo.serve;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Answers one at a time, on a thread of its own, what is not scored in batches: however many ask,
 * the threads that take requests stay free.
 */
final class SingleFile implements AutoCloseable {

  private static final int MOST_WAITING = 64;

  private final Limits limits;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().daemon().name("elbo-single").factory());

  /**
   * @param limits how long a request waits
   */
  SingleFile(Limits limits) {
    this.limits = limits;
  }

  /**
   * The answer, when it is this question's turn.
   *
   * @throws Refusal if too many wait already, or the answer does not come in time
   * @throws RuntimeException what the question throws
   */
  <T> T ask(Supplier<T> question) {
    Future<T> answer;
    try {
      answer = thread.submit(question::get);
    } catch (RejectedExecutionException _) {
      throw new Refusal(Refusal.TOO_MANY, "too many requests wait already; try again in a moment");
    }
    try {
      return answer.get(limits.patience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException _) {
      answer.cancel(false);
      throw new Refusal(
          Refusal.UNAVAILABLE,
          "no answer within %d s; try again".formatted(limits.patience().toSeconds()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal(Refusal.UNAVAILABLE, "the server is ending");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
