package dev.elbo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.elbo.cli.Program.Result;
import dev.elbo.testing.States;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.SavedModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command as a user calls it: the packaged program, through the launcher, from a folder that
 * is not the project's and has a space in its name.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ElboIT {

  private static final Path LAUNCHER = Path.of("..", "tools", "elbo").toAbsolutePath();

  /** A model that takes a moment for an epoch, so that a run can be stopped in the middle. */
  private static final List<String> SLOW =
      List.of("--hidden", "64", "--latent", "16", "--batch-size", "2", "--epochs", "100");

  @TempDir private static Path temporary;
  private static Path folder;
  private static Path data;

  @BeforeAll
  static void prepare() throws IOException {
    folder = Files.createDirectory(temporary.resolve("a folder"));
    data = folder.resolve("data");
    Path ratings = Program.ratings(folder.resolve("ratings.csv"));
    elbo("prepare", "--ratings", ratings, "--out", data).done();
  }

  private static Process start(Path out, Path err, Map<String, String> environment, Object... args)
      throws IOException {
    List<String> command = new ArrayList<>(listensToControlC());
    command.add(LAUNCHER.toString());
    Stream.of(args)
        .flatMap(arg -> arg instanceof List<?> list ? list.stream() : Stream.of(arg))
        .map(Object::toString)
        .forEach(command::add);
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().remove("TORNADOVM_HOME"); // its module is built and tested after this one
    builder.environment().putAll(environment);
    return builder.start();
  }

  /**
   * What to put before a command. What a script runs in the background, and so its tests, ignores
   * Ctrl-C, and what they start would, too; {@code env} undoes it, where it is GNU's.
   */
  private static List<String> listensToControlC() throws IOException {
    List<String> env = List.of("env", "--default-signal=INT");
    var probe = new ProcessBuilder(env.getFirst(), env.getLast(), "true");
    probe.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    try {
      return probe.start().waitFor() == 0 ? env : List.of();
    } catch (InterruptedException e) {
      throw new AssertionError("timed out", e);
    }
  }

  private static Result elbo(Object... args) throws IOException {
    return elbo(Map.of(), args);
  }

  private static Result elbo(Map<String, String> environment, Object... args) throws IOException {
    Path out = Files.createTempFile(temporary, "out", "");
    Path err = Files.createTempFile(temporary, "err", "");
    return finished(start(out, err, environment, args), out, err);
  }

  private static Result finished(Process process, Path out, Path err) throws IOException {
    try {
      return new Result(process.waitFor(), Files.readString(out), Files.readString(err));
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new AssertionError("timed out", e);
    }
  }

  @Test
  void quickstartFindsMoreThanPopularityAndLessThanTheTruth() throws IOException {
    Path out = folder.resolve("quick start");
    Result result = elbo("quickstart", "--out", out, "--threads", 2, "--json").done();
    JsonNode ndcg = result.json().get("ndcg@100");
    double popularity = ndcg.at("/popularity/mean").asDouble();
    double model = ndcg.at("/model/mean").asDouble();
    double truth = ndcg.at("/generatingDistribution/mean").asDouble();
    assertTrue(popularity + 0.05 < model && model < truth, ndcg.toString());
    assertEquals(500, SavedModel.read(out.resolve("model")).itemIds().size());
    assertTrue(result.err().contains("Ten recommendations for user"), result.err());
    assertEquals(2, result.err().split("--engine fast --threads 2\n", -1).length - 1, result.err());
    elbo("evaluate", "--model-dir", out.resolve("model"), "--data", out.resolve("data")).done();
  }

  @Test
  void fromRatingsToRecommendations() throws IOException {
    JsonNode trained =
        elbo("train", "--data", "data", "--out", "model", Program.SMALL, "--epochs", 2, "--json")
            .done()
            .json();
    assertEquals(2, trained.get("epochs").size());
    JsonNode measured =
        elbo("evaluate", "--model-dir", "model", "--data", "data", "--json").done().json();
    assertTrue(measured.at("/metrics/ndcg@100/mean").asDouble() > 0);
    JsonNode recommended =
        elbo("recommend", "--model-dir", "model", "--items", "i1,i2", "-k", 3, "--json")
            .done()
            .json();
    assertEquals(3, recommended.at("/results/0/items").size());
    Result similar = elbo("similar", "--model-dir", "model", "--item", "i1").done();
    assertEquals(10, similar.out().lines().count());
  }

  @Test
  void aRunThatWasKilledAndResumedIsTheRunThatWasNot() throws Exception {
    Path whole = folder.resolve("whole");
    Path killed = folder.resolve("killed");
    elbo("train", "--data", data, "--out", whole, SLOW).done();

    Path log = temporary.resolve("killed.log");
    Process process = start(log, log, Map.of(), "train", "--data", data, "--out", killed, SLOW);
    awaitEpoch(2, killed, process);
    process.destroyForcibly().waitFor();
    int epochs = Checkpoint.read(killed).progress().epochs().size();
    assertTrue(epochs >= 2 && epochs < 100, "killed after epoch " + epochs);
    elbo("train", "--data", data, "--out", killed, "--resume").done();

    for (String file : List.of("model.safetensors", "model.json", "items.txt")) {
      assertArrayEquals(
          Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(killed.resolve(file)), file);
    }
    States.assertSameBits(Checkpoint.read(whole).state(), Checkpoint.read(killed).state());
    try (var files = Files.list(killed)) {
      assertEquals(4, files.count(), "nothing temporary is left");
    }
  }

  @Test
  void controlCKeepsTheLastEpochAndSaysHowToContinue() throws Exception {
    Path model = folder.resolve("interrupted");
    Path out = temporary.resolve("interrupted.out");
    Path err = temporary.resolve("interrupted.err");
    Process process =
        start(
            out, err, Map.of(), "train", "--data", data, "--out", model, SLOW, "--epochs", 100_000);
    awaitEpoch(1, model, process);
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    Result result = finished(process, out, err);
    assertNotEquals(0, result.code());
    assertTrue(result.err().contains("Stopped. The last finished epoch is kept"), result.err());
    assertTrue(result.err().lines().toList().getLast().contains("--resume"), result.err());
    assertTrue(!Checkpoint.read(model).progress().epochs().isEmpty());
  }

  private static final List<String> SLOW_SEARCH =
      List.of("--hidden", "64", "--latent", "12,16", "--batch-size", "2", "--epochs", "40");

  @Test
  void aSearchThatWasKilledAndStartedAgainIsTheSearchThatWasNot() throws Exception {
    Path whole = folder.resolve("search-whole");
    Path killed = folder.resolve("search-killed");
    elbo("search", "--data", data, "--out", whole, SLOW_SEARCH).done();

    Path log = temporary.resolve("search.log");
    Process process =
        start(log, log, Map.of(), "search", "--data", data, "--out", killed, SLOW_SEARCH);
    awaitEpoch(2, killed.resolve("trial-2"), process);
    process.destroyForcibly().waitFor();
    assertTrue(Files.notExists(killed.resolve("trial-2/trial.json")), "killed too late");
    Result rest = elbo("search", "--data", data, "--out", killed, SLOW_SEARCH).done();

    assertTrue(!rest.err().contains("Trial 1 of 2"), rest.err());
    assertEquals(-1, Files.mismatch(whole.resolve("results.csv"), killed.resolve("results.csv")));
    Path model = Path.of("trial-2", "model.safetensors");
    assertEquals(-1, Files.mismatch(whole.resolve(model), killed.resolve(model)));
  }

  @Test
  void controlCInASearchSaysHowToContinueTheSearch() throws Exception {
    Path search = folder.resolve("search-interrupted");
    Path out = temporary.resolve("search.out");
    Path err = temporary.resolve("search.err");
    Process process =
        start(out, err, Map.of(), "search", "--data", data, "--out", search, SLOW_SEARCH);
    awaitEpoch(1, search.resolve("trial-1"), process);
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    Result result = finished(process, out, err);
    assertNotEquals(0, result.code());
    String last = result.err().lines().toList().getLast();
    assertTrue(last.startsWith("Stopped. The same `elbo search` command continues"), last);
  }

  @Test
  void controlCInAQuickstartSaysWhereItIs() throws Exception {
    Path quick = folder.resolve("quick-interrupted");
    Path model = quick.resolve("model");
    interrupted(
        process -> awaitEpoch(1, model, process),
        "Stopped. What was finished is kept in %s; `elbo quickstart` begins again, in another folder."
            .formatted(quick),
        "quickstart",
        "--out",
        quick,
        "--threads",
        2);
    assertTrue(!Checkpoint.read(model).progress().epochs().isEmpty());
  }

  /** A script stands for the browser. */
  @Test
  void aQuickstartEndsInTheBrowser() throws Exception {
    Path quick = folder.resolve("quick-open");
    Path shown = temporary.resolve("shown");
    Path browser = temporary.resolve("browser");
    SystemPath.script(browser, "echo \"$1\" >>" + shown);
    Path out = temporary.resolve("quick-open.out");
    Path err = temporary.resolve("quick-open.err");
    Process process =
        start(
            out,
            err,
            Map.of("BROWSER", browser.toString()),
            List.of("quickstart", "--open", "--out", quick, "--users", 60, "--items", 40),
            "--epochs",
            1);
    while (!Files.exists(shown) || Files.readAllLines(shown).size() < 2) {
      assertTrue(process.isAlive(), "it ended too early");
      TimeUnit.MILLISECONDS.sleep(10);
    }
    List<String> pages = Files.readAllLines(shown);
    assertTrue(Files.isSameFile(quick.resolve("report.html"), Path.of(URI.create(pages.get(0)))));
    try (var page = URI.create(pages.get(1)).toURL().openStream()) {
      assertTrue(new String(page.readAllBytes(), UTF_8).contains("<html"));
    }
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    Result result = finished(process, out, err);
    assertTrue(result.out().contains("Listening on " + pages.get(1)), result.out());
    assertEquals("Stopped.", result.err().lines().toList().getLast());
  }

  @Test
  void controlCInPrepareLeavesWhatThereWas() throws Exception {
    Path endless = folder.resolve("endless.csv");
    assertEquals(0, new ProcessBuilder("mkfifo", endless.toString()).start().waitFor());
    Path out = folder.resolve("not prepared");
    interrupted(
        _ -> {},
        "Stopped. %s is as it was; the same `elbo prepare` command begins again.".formatted(out),
        "prepare",
        "--ratings",
        endless,
        "--out",
        out);
    assertTrue(Files.notExists(out));
  }

  /** What a test waits for before it stops a program. */
  private interface Wait {
    void of(Process process) throws Exception;
  }

  /** Stops a command, once it has said something, and checks its last words. */
  private static void interrupted(Wait wait, String lastWords, Object... args) throws Exception {
    Path out = Files.createTempFile(temporary, "out", "");
    Path err = Files.createTempFile(temporary, "err", "");
    Process process = start(out, err, Map.of(), args);
    while (process.isAlive() && Files.size(err) == 0) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    wait.of(process);
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    Result result = finished(process, out, err);
    assertNotEquals(0, result.code());
    assertEquals(lastWords, result.err().lines().toList().getLast());
  }

  /** Waits until a run has written the checkpoint of an epoch. */
  private static void awaitEpoch(int epoch, Path model, Process process)
      throws InterruptedException {
    while (!Files.exists(Checkpoint.file(model))
        || Checkpoint.read(model).progress().epochs().size() < epoch) {
      assertTrue(process.isAlive(), "the run ended too early");
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  @Test
  void errorsAreOneDocumentOnStandardOutput() throws IOException {
    Result result = elbo("train", "--data", "nowhere", "--out", "model2", "--json");
    JsonNode error = result.fails(1, "nowhere").json().get("error");
    assertEquals(List.of("message", "file"), MainTest.names(error));
    elbo("train").fails(2, "--data");
  }

  @Test
  void theVersionNamesTheCommit() throws Exception {
    String version = elbo("--version").done().out();
    Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD").start();
    String commit = new String(git.getInputStream().readAllBytes(), UTF_8).strip();
    Assumptions.assumeTrue(git.waitFor() == 0, "built without git");
    assertTrue(version.contains("(commit " + commit), version);
  }

  @Test
  void theLauncherSaysWhatIsWrongWithTheJdk() throws IOException {
    String nonsense = folder.toString();
    Result result = elbo(Map.of("ELBO_JAVA_HOME", nonsense), "--version");
    result.fails(1, "elbo: ELBO_JAVA_HOME=" + nonsense + " is not a JDK of version 25 or newer");
    assertEquals("", result.out());

    String thisJdk = System.getProperty("java.home");
    elbo(Map.of("ELBO_JAVA_HOME", thisJdk, "JAVA_HOME", nonsense), "--version").done();
  }

  @Test
  void tooLittleMemoryIsSaidInASentence() throws IOException {
    elbo(
            Map.of("ELBO_JAVA_OPTS", "-Xmx64m -Xms16m"),
            "train",
            List.of("--data", data, "--out", "large", "--hidden", "20000,1000"))
        .fails(
            1,
            "training takes more than 966 MiB for its 42,242,440 parameters, their moments, and a"
                + " copy of both, and the 64 MiB that Java may use are not enough");
  }

  @Test
  void fetchDownloadsChecksAndUnpacks() throws Exception {
    var zip = new ByteArrayOutputStream();
    try (var entries = new ZipOutputStream(zip)) {
      entries.putNextEntry(new ZipEntry("ml-latest-small/ratings.csv"));
      Files.copy(folder.resolve("ratings.csv"), entries);
    }
    byte[] md5 = MessageDigest.getInstance("MD5").digest(zip.toByteArray());
    Result result =
        fetch(
            "ml-latest-small",
            Map.of(
                "/ml-latest-small.zip",
                zip.toByteArray(),
                "/ml-latest-small.zip.md5",
                "%s  ml-latest-small.zip%n"
                    .formatted(HexFormat.of().formatHex(md5))
                    .getBytes(UTF_8)),
            "--json");
    JsonNode json = result.done().json();
    assertEquals("VERIFIED", json.get("status").asText());
    assertTrue(result.err().contains("its MD5 is the expected one"), result.err());
    Path ratings = folder.resolve(json.get("ratings").asText());
    assertEquals(-1, Files.mismatch(folder.resolve("ratings.csv"), ratings));
    elbo("prepare", "--ratings", ratings, "--out", "fetched").done();
  }

  @Test
  void anArchiveThatIsNotThePublishedOneIsNotKept() throws IOException {
    fetch("ml-100k", Map.of("/ml-100k.zip", new byte[] {'P', 'K'})).fails(1, "expected SHA-256");
    assertTrue(Files.notExists(folder.resolve("sets").resolve("ml-100k")));
    assertTrue(Files.notExists(folder.resolve("sets").resolve("ml-100k.part")));
  }

  /** Fetches a data set into the folder {@code sets}, from a server that has these files. */
  private static Result fetch(String name, Map<String, byte[]> files, Object... options)
      throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] file = files.get(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(file == null ? 404 : 200, file == null ? -1 : file.length);
          if (file != null) {
            exchange.getResponseBody().write(file);
          }
          exchange.close();
        });
    server.start();
    try {
      String mirror = "http://127.0.0.1:%d/".formatted(server.getAddress().getPort());
      return elbo("fetch", name, "--out", "sets", "--mirror", mirror, List.of(options));
    } finally {
      server.stop(0);
    }
  }
}
