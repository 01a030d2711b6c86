package dev.elbo.bench;

import dev.elbo.ElboException;
import dev.elbo.recommend.RecommenderModel;
import dev.elbo.serve.Limits;
import dev.elbo.serve.Server;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A server at full load for some time, with idle connections beside it, while its model is replaced
 * again and again and bad requests come in: what fails, and how the heap grows.
 */
@Command(
    name = "serve-soak",
    mixinStandardHelpOptions = true,
    description = "Keeps a server at full load while its model is replaced; counts what fails.")
final class ServeSoak implements Runnable {

  private static final double MIB = 1 << 20;

  @Mixin private Console console;
  @Mixin private MultVae vae;

  @Option(names = "--minutes", description = "how long (default: ${DEFAULT-VALUE})")
  private double minutes = 10;

  @Option(names = "--connections", description = "that ask (default: ${DEFAULT-VALUE})")
  private int connections = 64;

  @Option(names = "--idle", description = "connections that do not ask (default: ${DEFAULT-VALUE})")
  private int idle = 2_000;

  @Option(names = "--bad", description = "bad requests (default: ${DEFAULT-VALUE})")
  private int bad = 10_000;

  @Option(
      names = "--replace-every",
      paramLabel = "SECONDS",
      description = "how often the model is replaced (default: ${DEFAULT-VALUE})")
  private double replaceEvery = 10;

  @Option(
      names = "--users",
      description = "users whose histories are sent in turn (default: ${DEFAULT-VALUE})")
  private int users = 1_000;

  /**
   * What was seen.
   *
   * @param answered requests that were answered with what was asked for
   * @param failed requests that were not
   * @param replaced how often the model was replaced
   * @param badAnswered bad requests that got an error of the client's
   * @param badOther bad requests that got anything else, but for a closed connection
   * @param earlyHeapMib heap in use after a collection, when a fifth of the time was over
   * @param lateHeapMib the same at the end
   */
  record Result(
      Machine machine,
      String shape,
      int answered,
      int failed,
      double perSecond,
      double highMillis,
      int replaced,
      int badAnswered,
      int badOther,
      double earlyHeapMib,
      double lateHeapMib) {}

  @Override
  public void run() {
    Path folder = ServedModel.folder();
    List<SavedModel> models = List.of(ServedModel.of(vae, 1), ServedModel.of(vae, 2));
    models.getFirst().write(folder);
    List<Socket> sleepers = new ArrayList<>();
    try (Server server =
        ServedModel.serve(
            folder,
            saved -> RecommenderModel.of(saved, "fast", console.threads()),
            Limits.USUAL.batch(),
            console::progress)) {
      for (int n = 0; n < idle; n++) {
        sleepers.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
      }
      Result result = soak(server, folder, models);
      report(result);
      if (result.failed() > 0 || result.badOther() > 0) {
        throw new ElboException("the server has failed; see above");
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } finally {
      sleepers.forEach(ServeSoak::close);
      ServedModel.delete(folder);
    }
  }

  private Result soak(Server server, Path folder, List<SavedModel> models) {
    var clients = new LoadClients(server.port(), ServedModel.requests(users, vae.items));
    double seconds = 60 * minutes;
    var replaced = new AtomicInteger();
    var answers = new AtomicInteger();
    var others = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long start = System.nanoTime();
      var load = CompletableFuture.supplyAsync(() -> clients.ask(connections, seconds), threads);
      var heap =
          CompletableFuture.supplyAsync(
              () -> {
                sleep(seconds / 5);
                return heapMib();
              },
              threads);
      var replacing =
          CompletableFuture.runAsync(
              () -> {
                while ((System.nanoTime() - start) / 1e9 < seconds - replaceEvery) {
                  sleep(replaceEvery);
                  models.get(replaced.incrementAndGet() % 2).write(folder);
                }
              },
              threads);
      var attacks =
          CompletableFuture.runAsync(
              () -> attack(server.port(), seconds, answers, others), threads);
      LoadClients.Seen seen = load.join();
      attacks.join();
      seen.failed().forEach((said, count) -> console.progress(count + " times " + said));
      replacing.join();
      return new Result(
          Machine.here(console.threads()),
          vae.toString(),
          seen.latencies().length,
          seen.failures(),
          seen.perSecond(),
          seen.millis(0.99),
          replaced.get(),
          answers.get(),
          others.get(),
          heap.join(),
          heapMib());
    }
  }

  /** Sends bad requests, spread over the time. */
  private void attack(int port, double seconds, AtomicInteger answers, AtomicInteger others) {
    var random = new SplittableRandom(1);
    for (int n = 0; n < bad; n++) {
      String answer = answer(port, badRequest(random));
      if (answer.startsWith("HTTP/1.1 4")) {
        answers.incrementAndGet();
      } else if (!answer.isEmpty()) {
        others.incrementAndGet();
        console.progress("A bad request got: " + answer.lines().findFirst().orElse(""));
      }
      sleep(0.5 * seconds / bad);
    }
  }

  /** What comes back; nothing if the connection was closed. */
  private static String answer(int port, byte[] request) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request);
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return "";
    }
  }

  /** Something that no client should send: noise, or a body that is not what its path takes. */
  private static byte[] badRequest(SplittableRandom random) {
    if (random.nextInt(4) == 0) {
      byte[] noise = new byte[1 + random.nextInt(2_000)];
      random.nextBytes(noise);
      return noise;
    }
    List<String> paths = List.of("/recommend", "/similar", "/reasons", "/items", "/nowhere");
    List<String> bodies =
        List.of(
            "",
            "{",
            "[[[[[[[[[[",
            "null",
            "{\"items\": 7}",
            "{\"items\": [null]}",
            "{\"items\": [\"1\"], \"k\": -1}",
            "{\"items\": [\"1\"], \"k\": 1e400}",
            "{\"items\": [\"1\"], \"ratings\": [\"x\"]}",
            "{\"users\": [{}, 3]}",
            "{\"item\": {\"a\": []}}",
            "{\"items\": [\"1\"], \"items\": [\"2\"]}",
            "[".repeat(5_000),
            "{\"a\":".repeat(3_000),
            "\u0000\u0001\u00ff");
    String body = bodies.get(random.nextInt(bodies.size()));
    int claimed = random.nextInt(8) == 0 ? random.nextInt(100_000) : body.length();
    return "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(paths.get(random.nextInt(paths.size())), claimed, body)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static double heapMib() {
    System.gc();
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getUsage().getUsed())
            .sum()
        / MIB;
  }

  private static void sleep(double seconds) {
    try {
      Thread.sleep((long) (1e3 * seconds));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // The server was first.
    }
  }

  private void report(Result result) {
    console.report(
        result,
        List.of(
            result.machine().toString(),
            "%s; %d connections, %d idle ones, %.1f minutes"
                .formatted(result.shape(), connections, idle, minutes),
            "%,d answered, %.0f a second, 99 %% within %.0f ms; the model was replaced %d times"
                .formatted(
                    result.answered(), result.perSecond(), result.highMillis(), result.replaced()),
            "%,d bad requests were refused, %d got something else"
                .formatted(result.badAnswered(), result.badOther()),
            "heap in use: %.0f MiB after a fifth of the time, %.0f MiB at the end"
                .formatted(result.earlyHeapMib(), result.lateHeapMib()),
            "failed %d".formatted(result.failed())));
  }
}
