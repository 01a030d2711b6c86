package dev.elbo.linalg;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Threads for data-parallel loops that last micro- or milliseconds. The caller always takes part,
 * and a loop ends when its tasks are done, not when every thread has looked at it: a thread that
 * the machine needs for something else delays nobody.
 *
 * <p>Several threads may run loops at a time, and a task may run a loop of its own: the threads
 * help with one loop, and the callers of the others run theirs by themselves, without waiting.
 *
 * <p>Which thread runs which task is left to chance, so tasks must not depend on each other's
 * order.
 */
public final class Workers implements AutoCloseable {

  /** How long an idle thread looks for the next loop before it goes to sleep. */
  private static final long SPIN_NANOS = 30_000;

  private final Thread[] helpers;

  /** The loop that the threads help with; null if there is none. */
  private final AtomicReference<Loop> current = new AtomicReference<>();

  private volatile boolean closed;

  /**
   * @param threads how many threads run the tasks, the caller's included; 1 starts none
   * @throws IllegalArgumentException if there is not at least one
   */
  public Workers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("%d threads; at least 1 is needed".formatted(threads));
    }
    helpers = new Thread[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = Thread.ofPlatform().daemon().name("elbo-worker-" + (i + 1)).start(this::help);
    }
  }

  /** How many threads run the tasks, the caller's included. */
  public int threads() {
    return helpers.length + 1;
  }

  /**
   * Runs {@code task} for 0, 1, ..., {@code tasks - 1}, each once, and returns when all are done.
   * What the tasks wrote is visible to the caller.
   *
   * @param tasks how many, may be 0
   * @param task called with the number of the task, on several threads at a time
   * @throws RuntimeException or Error, whatever the first task to fail threw; tasks not yet begun
   *     are skipped
   */
  public void forEach(int tasks, IntConsumer task) {
    Loop loop = new Loop(tasks, task);
    if (helpers.length > 0 && tasks > 1 && current.compareAndSet(null, loop)) {
      runWithHelp(loop);
    } else {
      for (int i = 0; i < tasks; i++) {
        task.accept(i);
      }
    }
  }

  private void runWithHelp(Loop loop) {
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
    loop.run();
    loop.await();
    current.set(null);
    if (loop.failure instanceof RuntimeException e) {
      throw e;
    }
    if (loop.failure instanceof Error e) {
      throw e;
    }
  }

  /** Ends the threads; a loop that is running is finished by its caller. */
  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }

  private void help() {
    long idleSince = System.nanoTime();
    while (!closed) {
      Loop loop = current.get();
      if (loop != null && loop.run()) {
        idleSince = System.nanoTime();
      } else if (System.nanoTime() - idleSince < SPIN_NANOS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
        idleSince = System.nanoTime();
      }
    }
  }

  private static final class Loop {

    private final int tasks;
    private final IntConsumer task;
    private final Thread caller = Thread.currentThread();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private volatile Throwable failure;

    Loop(int tasks, IntConsumer task) {
      this.tasks = tasks;
      this.task = task;
    }

    /** Runs tasks until none is left; false if there was none to begin with. */
    boolean run() {
      int ran = 0;
      while (next.get() < tasks) {
        int i = next.getAndIncrement();
        if (i >= tasks) {
          break;
        }
        ran++;
        if (failure == null) {
          try {
            task.accept(i);
          } catch (RuntimeException | Error e) {
            failure = e;
          }
        }
      }
      if (ran > 0 && finished.addAndGet(ran) == tasks) {
        LockSupport.unpark(caller);
      }
      return ran > 0;
    }

    void await() {
      long since = System.nanoTime();
      while (finished.get() < tasks) {
        if (System.nanoTime() - since < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
    }
  }
}
