package dev.elbo.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InterruptionTest {

  private final List<String> done = new CopyOnWriteArrayList<>();
  private final Interruption interruption = new Interruption(new Console(), () -> "Stopped.");

  @AfterEach
  void close() {
    interruption.close();
  }

  @Test
  void nothingBeginsOnceItIsStopped() throws InterruptedException {
    interruption.whole(() -> done.add("before"));
    interruption.stop();
    Thread waiting =
        Thread.ofPlatform().daemon().start(() -> interruption.whole(() -> done.add("after")));
    while (waiting.getState() != Thread.State.WAITING) {
      assertTrue(waiting.isAlive(), "it was done");
      Thread.sleep(1);
    }
    assertEquals(List.of("before"), done);
  }
}
