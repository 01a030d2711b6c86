package dev.elbo.spark;

import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.io.Json;
import dev.elbo.train.EpochPlan;
import dev.elbo.train.EpochUpdates;
import dev.elbo.train.RunOptions;
import dev.elbo.train.TrainingListener;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.Function1;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Makes the updates of an epoch by tasks of Spark. The driver holds the state between epochs,
 * validates, and writes the run's folder, as a run on one machine does; the tasks of a stage get
 * the state, make an epoch of updates, and give it back. When a task or an executor is lost, Spark
 * starts the stage again, with the state that it began with.
 */
final class SharedUpdates implements EpochUpdates {

  private final JavaSparkContext spark;
  private final RunOptions.OfNetwork run;
  private final String engine;
  private final int tasks;
  private final Averaging averaging;

  /** The rows of each task; empty before the first epoch. */
  private List<Broadcast<CsrMatrix>> shares = List.of();

  private int[] itemUsers;

  /**
   * @param run what is trained, and how
   * @param engine name of the engine that tasks compute with
   * @param tasks how many train together
   */
  SharedUpdates(
      JavaSparkContext spark,
      RunOptions.OfNetwork run,
      String engine,
      int tasks,
      Averaging averaging) {
    this.spark = spark;
    this.run = run;
    this.engine = engine;
    this.tasks = tasks;
    this.averaging = averaging;
  }

  @Override
  public Done make(Engine held, CsrMatrix train, EpochPlan plan, TrainingListener listener) {
    if (shares.isEmpty()) {
      deal(train);
    }
    Broadcast<EngineState> state = spark.broadcast(held.state());
    var task =
        new EpochTask(
            Json.text(run),
            engine,
            spark.getConf().getInt("spark.task.cpus", 1),
            averaging,
            plan.users(),
            plan.latent(),
            plan.epoch(),
            plan.firstUpdate(),
            plan.learningRate(),
            shares,
            itemUsers,
            state);
    EpochTask.Result result = first(task);
    state.destroy();
    held.restore(result.state());
    listener.updated(plan.epoch(), result.done().users(), result.done().last());
    return result.done();
  }

  private void deal(CsrMatrix train) {
    if (train.rows() < tasks) {
      throw new ElboException(
          "tasks: expected at most as many as training users, %,d, found %,d"
              .formatted(train.rows(), tasks));
    }
    shares =
        IntStream.range(0, tasks)
            .mapToObj(
                rank ->
                    spark.broadcast(
                        train.select(
                            IntStream.iterate(rank, row -> row < train.rows(), row -> row + tasks)
                                .toArray())))
            .toList();
    itemUsers = run.training().sampling() == null ? null : train.columnCounts();
  }

  /** Runs the tasks, all at a time, and takes the result of the first. */
  private EpochTask.Result first(EpochTask task) {
    ClassTag<EpochTask.Result> type = ClassTag$.MODULE$.apply(EpochTask.Result.class);
    Function1<Iterator<Integer>, Iterator<EpochTask.Result>> run =
        (Function1<Iterator<Integer>, Iterator<EpochTask.Result>> & Serializable)
            _ -> onExecutor(task);
    RDD<EpochTask.Result> results =
        spark
            .parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
            .rdd()
            .barrier()
            .mapPartitions(run, /* preservesPartitioning= */ false, type);
    // Spark tries a stage in barrier mode again only if its results go to another one.
    return results.toJavaRDD().repartition(1).collect().getFirst();
  }

  private static Iterator<EpochTask.Result> onExecutor(EpochTask task) {
    BarrierTaskContext context = BarrierTaskContext.get();
    try {
      EpochTask.Result result = task.run(context);
      return context.partitionId() == 0
          ? scala.collection.Iterator$.MODULE$.single(result)
          : scala.collection.Iterator$.MODULE$.empty();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException("the tasks cannot reach each other", e);
    }
  }
}
