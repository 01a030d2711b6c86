package dev.elbo.spark;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;

/**
 * Sums arrays over the tasks of a barrier stage, in a ring: each task sends to the next and hears
 * from the one before, so that {@code n} tasks move {@code 2 (n - 1) / n} times an array each, and
 * none of it goes through the driver (Patarasuk and Yuan 2009, "Bandwidth optimal all-reduce
 * algorithms for clusters of workstations"). All tasks have the same sums, bit for bit.
 *
 * <p>Tasks learn of each other by {@link BarrierTaskContext#allGather}; who connects shows a word
 * that is known from there. When a task dies, its neighbours' reads fail, and so do they: Spark
 * then starts all tasks of the stage again.
 */
final class Ring implements Closeable {

  /** How long the task before may take for an update. */
  private static final int PATIENCE_MILLIS = 600_000;

  private static final int PIECE = 1 << 16;

  private final int rank;
  private final int size;
  private final Socket next;
  private final Socket before;
  private final DataOutputStream out;
  private final DataInputStream in;
  private final ExecutorService sender;

  private Ring(int rank, int size, Socket next, Socket before) throws IOException {
    this.rank = rank;
    this.size = size;
    this.next = next;
    this.before = before;
    out = new DataOutputStream(new BufferedOutputStream(next.getOutputStream(), PIECE));
    in = new DataInputStream(new BufferedInputStream(before.getInputStream(), PIECE));
    sender = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
  }

  /**
   * Joins the ring of a stage's tasks.
   *
   * @throws IOException if the next or the task before cannot be reached
   */
  static Ring of(BarrierTaskContext context) throws IOException {
    int rank = context.partitionId();
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    String word = UUID.randomUUID().toString();
    try (var server = new ServerSocket(0, 0, InetAddress.getByName(host))) {
      server.setSoTimeout(PATIENCE_MILLIS);
      String[] all = context.allGather("%s %d %s".formatted(host, server.getLocalPort(), word));
      String[] address = all[(rank + 1) % all.length].split(" ", -1);
      Socket next = new Socket(address[0], Integer.parseInt(address[1]));
      next.setTcpNoDelay(true);
      new DataOutputStream(next.getOutputStream()).writeUTF(address[2]);
      Socket before = server.accept();
      before.setSoTimeout(PATIENCE_MILLIS);
      if (!new DataInputStream(before.getInputStream()).readUTF().equals(word)) {
        throw new IOException("somebody who is no task of this stage has connected");
      }
      return new Ring(rank, all.length, next, before);
    }
  }

  /** Number of tasks. */
  int size() {
    return size;
  }

  /**
   * Sums an array over all tasks, which call this in the same order.
   *
   * @param values those of this task. Modified: afterwards the sums.
   */
  void sum(float[] values) {
    if (size == 1) {
      return;
    }
    for (int step = 0; step < size - 1; step++) { // Each part is summed up on its way to one task
      exchange(values, part(rank - step), part(rank - step - 1), /* add= */ true);
    }
    for (int step = 0; step < size - 1; step++) { // ... and handed on to all.
      exchange(values, part(rank + 1 - step), part(rank - step), /* add= */ false);
    }
  }

  private int part(int number) {
    return Math.floorMod(number, size);
  }

  private void exchange(float[] values, int sent, int received, boolean add) {
    Future<?> sending = sender.submit(() -> send(values, start(sent, values), end(sent, values)));
    receive(values, start(received, values), end(received, values), add);
    done(sending);
  }

  private int start(int part, float[] values) {
    return (int) ((long) values.length * part / size);
  }

  private int end(int part, float[] values) {
    return start(part + 1, values);
  }

  private void send(float[] values, int from, int to) {
    ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    try {
      for (int at = from; at < to; at += PIECE / Float.BYTES) {
        int count = Math.min(PIECE / Float.BYTES, to - at);
        piece.asFloatBuffer().put(values, at, count);
        out.write(piece.array(), 0, count * Float.BYTES);
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the next task is gone", e);
    }
  }

  private void send(double[] values) {
    try {
      for (double value : values) {
        out.writeDouble(value);
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the next task is gone", e);
    }
  }

  private void receive(float[] values, int from, int to, boolean add) {
    ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    float[] heard = new float[PIECE / Float.BYTES];
    try {
      for (int at = from; at < to; at += heard.length) {
        int count = Math.min(heard.length, to - at);
        in.readFully(piece.array(), 0, count * Float.BYTES);
        piece.asFloatBuffer().get(heard, 0, count);
        for (int n = 0; n < count; n++) {
          values[at + n] = add ? values[at + n] + heard[n] : heard[n];
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the task before is gone", e);
    }
  }

  private static void done(Future<?> sending) {
    try {
      sending.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the task was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Sums a few numbers over all tasks, in the order of the tasks.
   *
   * @param values those of this task. Not modified.
   * @return the sums
   */
  double[] sum(double... values) {
    double[][] all = new double[size][];
    all[rank] = values;
    try {
      for (int step = 0; step < size - 1; step++) {
        double[] sent = all[part(rank - step)];
        Future<?> sending = sender.submit(() -> send(sent));
        double[] heard = new double[values.length];
        for (int n = 0; n < heard.length; n++) {
          heard[n] = in.readDouble();
        }
        done(sending);
        all[part(rank - step - 1)] = heard;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a neighbouring task is gone", e);
    }
    double[] sums = new double[values.length];
    for (double[] ofTask : all) {
      for (int n = 0; n < sums.length; n++) {
        sums[n] += ofTask[n];
      }
    }
    return sums;
  }

  @Override
  public void close() throws IOException {
    sender.shutdownNow();
    next.close();
    before.close();
  }
}
