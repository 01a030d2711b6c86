package dev.elbo.spark;

import dev.elbo.ElboException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.SparkSession;

/**
 * The Spark that a job runs on: that of {@code spark-submit}, or this machine's cores. It ends with
 * the job.
 */
final class Cluster implements AutoCloseable {

  /** Seconds to wait for executors. */
  private static final int PATIENCE = 60;

  private final SparkSession session;
  private final boolean ours;

  private Cluster(SparkSession session, boolean ours) {
    this.session = session;
    this.ours = ours;
  }

  /**
   * Starts Spark, unless it runs already.
   *
   * @param job what it is asked to do
   * @throws ElboException if it cannot be started as it is configured
   */
  static Cluster of(String job) {
    if (SparkSession.getDefaultSession().isDefined()
        && !SparkSession.getDefaultSession().get().sparkContext().isStopped()) {
      return new Cluster(SparkSession.getDefaultSession().get(), /* ours= */ false);
    }
    SparkConf conf = new SparkConf().setAppName(job);
    conf.setIfMissing("spark.master", "local[*]");
    if (conf.get("spark.master").startsWith("local")) {
      conf.setIfMissing("spark.ui.enabled", "false");
    }
    // Ids, and the state after an epoch, are larger than the usual bound.
    conf.setIfMissing("spark.driver.maxResultSize", "0");
    try {
      return new Cluster(SparkSession.builder().config(conf).getOrCreate(), /* ours= */ true);
    } catch (RuntimeException e) {
      throw notStarted(conf, e);
    } catch (Exception e) { // Scala's methods declare none
      if (e instanceof SparkException) {
        throw notStarted(conf, e);
      }
      throw e;
    }
  }

  private static ElboException notStarted(SparkConf conf, Exception e) {
    return new ElboException(
        "Spark cannot be started with the master '%s': %s"
            .formatted(conf.get("spark.master"), e.getMessage()),
        e);
  }

  SparkSession session() {
    return session;
  }

  JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  /**
   * How many tasks can run at a time. Executors register one by one: waits for them while they
   * come, at most a minute.
   *
   * @param enough how many are as good as more
   */
  int tasksAtATime(int enough) {
    SparkContext spark = session.sparkContext();
    ResourceProfile profile = spark.resourceProfileManager().defaultResourceProfile();
    int slots = spark.maxNumConcurrentTasks(profile);
    if (spark.isLocal()) {
      return slots; // no others come
    }
    try {
      for (int waited = 0; waited < PATIENCE && (slots == 0 || slots < enough); waited++) {
        TimeUnit.SECONDS.sleep(1);
        int before = slots;
        slots = spark.maxNumConcurrentTasks(profile);
        if (enough == Integer.MAX_VALUE && slots > 0 && slots == before) {
          return slots;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return slots;
  }

  @Override
  public void close() {
    if (ours) {
      session.stop();
    }
  }
}
