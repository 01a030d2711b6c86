package dev.elbo.testing;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Threads that use one thing at a time, as in a service. */
public final class Threads {

  /** How many there are. */
  public static final int COUNT = 8;

  private Threads() {}

  /** What a thread does. */
  @FunctionalInterface
  public interface Task {
    /**
     * Runs in one of the threads.
     *
     * @param thread which one, from 0
     */
    void run(int thread) throws Exception;
  }

  /** Runs a task in every thread, all at a time; fails if it does in one of them. */
  public static void together(Task task) throws Exception {
    CyclicBarrier start = new CyclicBarrier(COUNT);
    try (ExecutorService threads = Executors.newFixedThreadPool(COUNT)) {
      List<Callable<Void>> tasks =
          IntStream.range(0, COUNT)
              .<Callable<Void>>mapToObj(
                  thread ->
                      () -> {
                        start.await();
                        task.run(thread);
                        return null;
                      })
              .toList();
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    }
  }
}
