package dev.elbo.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Scorer;
import dev.elbo.onnx.OnnxModel;
import dev.elbo.train.SavedModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/** The graph that {@code elbo export} writes, computed by ONNX Runtime. */
final class OnnxScorer implements Scorer, AutoCloseable {

  private static final String INPUT = "items";

  private final OrtSession session;

  /**
   * Exports a model and loads it.
   *
   * @param saved a model that reads who has what
   * @param folder where the graph is written
   * @param threads that ONNX Runtime uses for one operator
   */
  OnnxScorer(SavedModel saved, Path folder, int threads) {
    Path file = folder.resolve("model.onnx");
    OnnxModel.write(saved, file);
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      session = OrtEnvironment.getEnvironment().createSession(file.toString(), options);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void scores(Batch batch, Sink sink) {
    CsrMatrix users = batch.items();
    int items = users.columns();
    FloatBuffer rows =
        ByteBuffer.allocateDirect(Float.BYTES * batch.size() * items)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int user = 0; user < batch.size(); user++) {
      for (int item : users.row(user)) {
        rows.put(user * items + item, 1);
      }
    }
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), rows, new long[] {batch.size(), items});
        OrtSession.Result result = session.run(Map.of(INPUT, tensor))) {
      FloatBuffer scores = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] row = new float[items];
      for (int user = 0; user < batch.size(); user++) {
        scores.get(user * items, row);
        sink.accept(user, row);
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
