package dev.elbo.spark;

import static dev.elbo.spark.Jobs.contents;
import static dev.elbo.spark.Jobs.csv;
import static dev.elbo.spark.Jobs.elbo;
import static dev.elbo.spark.Jobs.events;
import static dev.elbo.spark.Jobs.job;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.model.Parameters;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On executors that are processes of their own: one is killed, and nothing is lost. */
class LostExecutorTest {

  private SparkSession spark;

  @TempDir private Path dir;

  @BeforeEach
  void start() {
    SparkSession.getDefaultSession()
        .foreach(
            session -> {
              session.stop();
              return null;
            });
    spark =
        SparkSession.builder()
            .config(
                new SparkConf()
                    .setMaster("local-cluster[2,1,1024]")
                    .setAppName("test")
                    .set("spark.ui.enabled", "false")
                    .set("spark.executor.extraClassPath", System.getProperty("elbo.class.path"))
                    .set("spark.executorEnv.JAVA_HOME", System.getProperty("java.home"))
                    .set("spark.executor.memory", "512m"))
            .getOrCreate();
  }

  @AfterEach
  void stop() {
    spark.stop();
  }

  /** Kills one executor when so many tasks have started. */
  private AtomicInteger killAfter(int tasks) {
    var started = new AtomicInteger();
    var killed = new AtomicInteger();
    spark
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onTaskStart(SparkListenerTaskStart start) {
                if (started.incrementAndGet() == tasks) {
                  // Master and workers are threads of this process; executors are its children.
                  ProcessHandle.current()
                      .descendants()
                      .findFirst()
                      .filter(ProcessHandle::destroyForcibly)
                      .ifPresent(_ -> killed.incrementAndGet());
                }
              }
            });
    return killed;
  }

  @Test
  void nothing_is_lost() {
    Path log = csv(dir.resolve("log.csv"), events(300, 100, 1));
    Path expected = dir.resolve("expected");
    elbo("prepare", "--ratings", log, "--out", expected).done();
    AtomicInteger killed = killAfter(12);
    Path data = dir.resolve("data");
    job("prepare", "--ratings", log, "--out", data, "--part-kib", 8).done();
    assertEquals(1, killed.get());
    assertEquals(contents(expected), contents(data));

    List<String> small =
        List.of("--epochs", "4", "--hidden", "16", "--latent", "4", "--batch-size", "40");
    Path alone = dir.resolve("alone");
    elbo("train", "--data", data, "--out", alone, small).done();
    AtomicInteger again = killAfter(4);
    Path together = dir.resolve("together");
    job("train", "--data", data, "--out", together, small, "--tasks", 2).done();
    assertEquals(1, again.get());
    Parameters one = SavedModel.read(alone).parameters();
    Parameters many = SavedModel.read(together).parameters();
    for (String name : one.tensors().keySet()) {
      assertArrayEquals(one.float64(name), many.float64(name), 2e-4, name);
    }
    assertTrue(SavedModel.isIn(together));
  }
}
