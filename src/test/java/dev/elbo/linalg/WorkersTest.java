package dev.elbo.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class WorkersTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyTaskRunsOnceInEveryLoop(int threads) {
    try (Workers workers = new Workers(threads)) {
      for (int tasks = 0; tasks < 300; tasks++) {
        AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
        workers.forEach(tasks, runs::incrementAndGet);
        for (int i = 0; i < tasks; i++) {
          assertEquals(1, runs.get(i));
        }
      }
    }
  }

  @Test
  void tasksRunOnAllThreadsAtATime() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch together = new CountDownLatch(3);
    try (Workers workers = new Workers(3)) {
      assertEquals(3, workers.threads());
      workers.forEach(
          3,
          _ -> {
            threads.add(Thread.currentThread());
            together.countDown();
            await(together);
          });
    }
    assertEquals(3, threads.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void theFirstFailureReachesTheCallerAndTheThreadsSurvive(int threads) {
    try (Workers workers = new Workers(threads)) {
      IllegalStateException failure = new IllegalStateException();
      for (int round = 0; round < 100; round++) {
        assertSame(
            failure,
            assertThrows(
                IllegalStateException.class,
                () ->
                    workers.forEach(
                        50,
                        _ -> {
                          throw failure;
                        })));
      }
      AtomicInteger runs = new AtomicInteger();
      workers.forEach(50, _ -> runs.incrementAndGet());
      assertEquals(50, runs.get());
    }
  }

  @Test
  void aLoopInsideATaskIsFinishedToo() {
    try (Workers workers = new Workers(3)) {
      AtomicInteger runs = new AtomicInteger();
      workers.forEach(10, _ -> workers.forEach(10, _ -> runs.incrementAndGet()));
      assertEquals(100, runs.get());
    }
  }

  @Test
  void aLoopDoesNotWaitForThatOfAnotherCaller() {
    try (Workers workers = new Workers(2)) {
      CountDownLatch bothAreHeldUp = new CountDownLatch(2);
      CountDownLatch othersAreDone = new CountDownLatch(1);
      CompletableFuture<Void> heldUp =
          CompletableFuture.runAsync(
              () ->
                  workers.forEach(
                      2,
                      _ -> {
                        bothAreHeldUp.countDown();
                        await(othersAreDone);
                      }));
      await(bothAreHeldUp);
      AtomicInteger runs = new AtomicInteger();
      workers.forEach(50, _ -> runs.incrementAndGet());
      assertEquals(50, runs.get());
      assertFalse(heldUp.isDone());
      othersAreDone.countDown();
      heldUp.join();
    }
  }

  @Test
  void loopsOfSeveralCallersRunEachTaskOnce() {
    try (Workers workers = new Workers(3)) {
      List<CompletableFuture<Void>> callers = new ArrayList<>();
      for (int caller = 0; caller < 4; caller++) {
        callers.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int tasks = 0; tasks < 200; tasks++) {
                    AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
                    workers.forEach(tasks, runs::incrementAndGet);
                    for (int i = 0; i < tasks; i++) {
                      assertEquals(1, runs.get(i));
                    }
                  }
                },
                task -> new Thread(task).start()));
      }
      callers.forEach(CompletableFuture::join);
    }
  }

  @Test
  void noThreadsIsAnError() {
    assertThrows(IllegalArgumentException.class, () -> new Workers(0));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
