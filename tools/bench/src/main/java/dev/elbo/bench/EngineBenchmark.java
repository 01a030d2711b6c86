package dev.elbo.bench;

import dev.elbo.data.Batch;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Update;
import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Ndcg;
import dev.elbo.model.Model;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Mult-VAE, B = 500, H = 600, K = 200: one update, and scoring with evaluation of one batch. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class EngineBenchmark {

  private static final int USERS = 500;

  /** The engine. */
  @Param("fast")
  public String engine;

  /** Number of items, {@code I}. */
  @Param({"3000", "20108"})
  public int items;

  private final AdamOptions adam = AdamOptions.of(0.001);
  private Engine running;
  private Batch batch;
  private Evaluator evaluator;
  private long update;

  /** Makes the engine and the users. */
  @Setup
  public void setUp() {
    Model model = MultVae.model(items, 600, 200);
    EngineState initial = EngineState.initial(Parameters.initial(model, 1));
    running =
        Engines.byName(engine).create(model, initial, Runtime.getRuntime().availableProcessors());
    batch = Batch.range(SyntheticUsers.draw(USERS, items), 0, USERS);
    EvaluationUsers split = SyntheticUsers.split(batch.items());
    evaluator = new Evaluator(split, List.of(new Ndcg(100)), split.foldIn(), USERS);
  }

  /** Stops the engine. */
  @TearDown
  public void tearDown() {
    running.close();
  }

  /** One update. */
  @Benchmark
  public Loss step() {
    return running.step(Update.of(batch, Noise.of(1, update++), MultVae.BETA), adam);
  }

  /** Scores, selection and metric of one batch. */
  @Benchmark
  public Evaluation evaluate() {
    return evaluator.evaluate(running);
  }
}
