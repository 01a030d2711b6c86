package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elbo.data.PreparedData;
import dev.elbo.io.FolderLock;
import dev.elbo.testing.States;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.EpochResult;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged program is killed: at a rename, by a library that is loaded before libc and compiled
 * here ({@code kill-at-rename.c}; without a C compiler these kills are left out), or at a random
 * moment. What it leaves is the old or the new, whole; and the same command again, with {@code
 * --resume} where there is a run, ends with the bytes of a run that was not killed, and nothing
 * else.
 *
 * <p>{@code -Delbo.kills=200} is the number of kills, {@code -Delbo.doubles=25} that of pairs of
 * runs into one folder.
 */
class KillIT {

  private static final int KILLS = Integer.getInteger("elbo.kills", 6);
  private static final int DOUBLES = Integer.getInteger("elbo.doubles", 2);

  private static final List<String> TINY =
      List.of("--hidden=8", "--latent=4", "--batch-size=20", "--threads=1", "--learning-rate=0.01");

  @TempDir private static Path temporary;
  private static Path ratings;
  private static Path data;
  private static Path library;

  /** Something that a user waits for. */
  private enum Job {
    PREPARE {
      @Override
      List<?> command(Path out) {
        return List.of("prepare", "--ratings", ratings, "--out", out, "--seed=1");
      }

      @Override
      void assertReadable(Path out) {
        if (Files.exists(out.resolve("data.json"))) {
          PreparedData.read(out);
        }
      }
    },
    /** Where there is other data before. */
    PREPARE_AGAIN {
      @Override
      void begin(Path out) {
        Program.prepare(ratings, out, "--seed=2");
      }

      @Override
      List<?> command(Path out) {
        return PREPARE.command(out);
      }

      @Override
      void assertReadable(Path out) {
        PreparedData.read(out);
      }
    },
    TRAIN {
      @Override
      List<?> command(Path out) {
        List<Object> command = new ArrayList<>(List.of("train", "--data", data, "--out", out));
        if (Files.exists(Checkpoint.file(out))) {
          command.add("--resume");
        } else {
          command.addAll(TINY);
          command.add("--epochs=4");
        }
        return command;
      }

      @Override
      void assertReadable(Path out) {
        if (SavedModel.isIn(out)) {
          SavedModel.read(out);
        }
      }
    },
    SEARCH {
      @Override
      List<?> command(Path out) {
        List<Object> command = new ArrayList<>(List.of("search", "--data", data, "--out", out));
        command.addAll(TINY);
        command.addAll(List.of("--epochs=2", "--dropout=0.3,0.5"));
        return command;
      }

      @Override
      void assertReadable(Path out) {
        for (int trial = 1; trial <= 2; trial++) {
          TRAIN.assertReadable(out.resolve("trial-" + trial));
        }
      }
    };

    /** What is there before. */
    void begin(Path out) {}

    abstract List<?> command(Path out);

    abstract void assertReadable(Path out);
  }

  /** A kill: at a rename, counted from 1, or after a share of the time that the whole job takes. */
  private record Kill(Job job, int rename, double share) {}

  /** A job that was not killed. */
  private record Whole(Path out, int renames, long milliseconds) {}

  @BeforeAll
  static void prepare() throws Exception {
    ratings = Program.ratings(temporary.resolve("ratings.csv"));
    data = Program.prepare(ratings, temporary.resolve("data"));
    Path source = Path.of(KillIT.class.getResource("kill-at-rename.c").toURI());
    Path compiled = temporary.resolve("kill-at-rename.so");
    List<String> cc =
        List.of("cc", "-shared", "-fPIC", "-o", compiled.toString(), source.toString(), "-ldl");
    try {
      if (new ProcessBuilder(cc).inheritIO().start().waitFor() == 0) {
        library = compiled;
      }
    } catch (IOException _) {
      // There is no C compiler.
    }
  }

  private static Process start(Map<String, String> environment, List<?> args, Path log)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // A run takes a second: most of it is Java's start, not work worth optimising.
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                Path.of("target", "elbo.jar") + ":" + Path.of("target", "lib", "*"),
                "dev.elbo.cli.Main"));
    args.forEach(arg -> command.add(arg.toString()));
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static void finish(Process process, Path log) throws Exception {
    assertEquals(0, process.waitFor(), () -> text(log));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Whole whole(Job job) throws Exception {
    Path out = temporary.resolve("whole-" + job);
    Path log = temporary.resolve("whole.log");
    Path renames = temporary.resolve("renames-" + job);
    job.begin(out);
    long start = System.nanoTime();
    Map<String, String> counting =
        library == null
            ? Map.of()
            : Map.of("LD_PRELOAD", library.toString(), "RENAMES", renames.toString());
    finish(start(counting, job.command(out), log), log);
    long milliseconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    return new Whole(out, library == null ? 0 : (int) Files.size(renames), milliseconds);
  }

  /** Every rename in turn, as far as the number of kills allows, and random moments. */
  private static List<Kill> kills(Map<Job, Whole> whole) {
    var random = new Random(13);
    List<Kill> kills = new ArrayList<>();
    whole.forEach(
        (job, run) ->
            IntStream.rangeClosed(1, run.renames)
                .forEach(rename -> kills.add(new Kill(job, rename, 0))));
    Collections.shuffle(kills, random);
    List<Kill> chosen = new ArrayList<>(kills.subList(0, Math.min(kills.size(), (KILLS + 1) / 2)));
    Job[] jobs = Job.values();
    while (chosen.size() < KILLS) {
      chosen.add(new Kill(jobs[chosen.size() % jobs.length], 0, random.nextDouble()));
    }
    return chosen;
  }

  @Test
  void whatWasKilledAndRunAgainIsWhatWasNot() throws Exception {
    Map<Job, Whole> whole = new TreeMap<>();
    for (Job job : Job.values()) {
      whole.put(job, whole(job));
    }
    int number = 0;
    for (Kill kill : kills(whole)) {
      Path out = temporary.resolve("killed-" + ++number);
      Path log = temporary.resolve("killed.log");
      Job job = kill.job;
      job.begin(out);
      kill(kill, whole.get(job), out, log);
      job.assertReadable(out);
      finish(start(Map.of(), job.command(out), log), log);
      assertSame(whole.get(job).out, out, kill.toString());
    }
  }

  private static void kill(Kill kill, Whole whole, Path out, Path log) throws Exception {
    Map<String, String> environment =
        kill.rename == 0
            ? Map.of()
            : Map.of("LD_PRELOAD", library.toString(), "KILL_AT", Integer.toString(kill.rename));
    Process process = start(environment, kill.job.command(out), log);
    if (kill.rename == 0) {
      process.waitFor((long) (kill.share * whole.milliseconds), TimeUnit.MILLISECONDS);
      process.destroyForcibly();
      process.waitFor();
    } else {
      assertEquals(128 + 9, process.waitFor(), kill + ": " + text(log));
    }
  }

  @Test
  void ofTwoRunsIntoOneFolderOneIsRefusedAndTheOtherIsWhole() throws Exception {
    Map<Job, Whole> whole = new TreeMap<>();
    Job[] jobs = {Job.TRAIN, Job.PREPARE_AGAIN, Job.SEARCH, Job.PREPARE};
    for (int pair = 0; pair < DOUBLES; pair++) {
      Job job = jobs[pair % jobs.length];
      if (!whole.containsKey(job)) {
        whole.put(job, whole(job));
      }
      Path out = temporary.resolve("double-" + pair);
      job.begin(out);
      List<Path> logs = List.of(temporary.resolve("first.log"), temporary.resolve("second.log"));
      List<Process> runs = new ArrayList<>();
      List<?> command = job.command(out);
      for (Path log : logs) {
        runs.add(start(Map.of(), command, log));
      }
      int done = 0;
      for (int run = 0; run < 2; run++) {
        String said = runs.get(run).waitFor() + ": " + text(logs.get(run));
        // Whoever comes when the other has ended finds its work.
        assertTrue(
            said.startsWith("0: ")
                || said.contains("another run is writing here (process ")
                || said.contains("there is a run already"),
            said);
        done += said.startsWith("0: ") ? 1 : 0;
      }
      assertTrue(done > 0, text(logs.getFirst()));
      assertSame(whole.get(job).out, out, job.toString());
    }
  }

  /** Another program's run is refused while this one holds the folder. */
  @Test
  void theSecondRunSaysWhoIsFirst() throws Exception {
    Path out = temporary.resolve("held");
    Path log = temporary.resolve("held.log");
    try (FolderLock _ = FolderLock.of(out, "elbo of the test")) {
      assertEquals(1, start(Map.of(), Job.TRAIN.command(out), log).waitFor());
    }
    String said = text(log);
    assertTrue(said.contains("process " + ProcessHandle.current().pid() + " on "), said);
    assertTrue(said.contains("elbo of the test); wait until it is done"), said);
    assertFalse(Files.exists(out));
  }

  /** {@code /dev/full} takes what is written, and has no room for it. */
  @Test
  void whatCannotBeWrittenIsAnError() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "there is no /dev/full");
    for (List<String> command :
        List.of(
            List.of("--help"),
            List.of("train", "--help"),
            List.of("completion"),
            List.of("dialects", "--json"))) {
      Path err = temporary.resolve("full.log");
      assertEquals(1, shell(command, "> /dev/full 2> " + err), command.toString());
      String said = text(err);
      assertTrue(said.contains("elbo: standard output cannot be written: No space left"), said);
      assertFalse(said.contains("\tat "), said);
    }
  }

  @Test
  void aReaderThatHasSeenEnoughIsNoError() throws Exception {
    Path err = temporary.resolve("pipe.log");
    for (List<String> command : List.of(List.of("completion"), List.of("dialects", "--json"))) {
      assertEquals(0, shell(command, "2> " + err + " | head -1 > /dev/null"), command.toString());
      assertFalse(text(err).contains("cannot be written"), text(err));
    }
  }

  /** Runs the program with its streams redirected; bash tells its exit code, and not head's. */
  private static int shell(List<String> args, String redirection) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String program =
        "'%s' -XX:TieredStopAtLevel=1 --add-modules=jdk.incubator.vector -cp 'target/elbo.jar:target/lib/*' dev.elbo.cli.Main %s %s; exit ${PIPESTATUS[0]}"
            .formatted(java, String.join(" ", args), redirection);
    return new ProcessBuilder("bash", "-c", program).start().waitFor();
  }

  private static SortedMap<String, byte[]> files(Path folder) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.toList()) {
        files.put(
            folder.relativize(file).toString(),
            Files.isDirectory(file) ? new byte[0] : Files.readAllBytes(file));
      }
    }
    return files;
  }

  /** Every file has the same bytes; of checkpoints, all but the seconds that epochs took. */
  private static void assertSame(Path expected, Path actual, String when) throws IOException {
    SortedMap<String, byte[]> left = files(expected);
    SortedMap<String, byte[]> right = files(actual);
    assertEquals(left.keySet(), right.keySet(), when);
    for (String name : left.keySet()) {
      if (name.endsWith("checkpoint.safetensors")) {
        Checkpoint a = Checkpoint.read(expected.resolve(name).getParent());
        Checkpoint b = Checkpoint.read(actual.resolve(name).getParent());
        States.assertSameBits(a.state(), b.state());
        assertEquals(timeless(a.progress()), timeless(b.progress()), when);
      } else {
        assertArrayEquals(left.get(name), right.get(name), when + ": " + name);
      }
    }
  }

  private static Progress timeless(Progress progress) {
    List<EpochResult> epochs =
        progress.epochs().stream()
            .map(
                epoch ->
                    new EpochResult(
                        epoch.epoch(),
                        epoch.beta(),
                        epoch.learningRate(),
                        epoch.loss(),
                        epoch.nll(),
                        epoch.kl(),
                        /* seconds= */ 0,
                        epoch.validation()))
            .toList();
    return new Progress(
        progress.run(),
        progress.engine(),
        progress.dataSha256(),
        progress.updates(),
        progress.bestEpoch(),
        epochs);
  }
}
