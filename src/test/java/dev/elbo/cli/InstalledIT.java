package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.cli.Program.Result;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The program as it is installed: the zip, unpacked into a folder with a space in its name, where
 * there is neither Maven nor git, and no source.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class InstalledIT {

  private static final Path JDK = Path.of(System.getProperty("java.home"));

  @TempDir private static Path folder;
  private static Path path;
  private static Path home;

  /** Two start it for the first time at once. */
  @BeforeAll
  static void install() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    path = SystemPath.ofLaunchers(folder.resolve("path"));
    home = unpack("a program");
    List<Run> both = List.of(start("", elbo(), "--version"), start("", elbo(), "--version"));
    for (Run run : both) {
      Result first = run.result().done();
      assertTrue(first.out().startsWith("elbo "), first.out());
      assertTrue(first.err().contains("elbo: preparing to start faster ..."), first.err());
    }
  }

  /** Unpacks the zip with the permissions that it has. */
  private static Path unpack(String name) throws IOException {
    Path to = folder.resolve(name);
    Path zip = only(Path.of("target"), "elbo-*.zip");
    try (FileSystem packed =
            FileSystems.newFileSystem(zip, Map.of("enablePosixFileAttributes", true));
        Stream<Path> files = Files.walk(packed.getPath("/"))) {
      for (Path from : (Iterable<Path>) files::iterator) {
        Path file = to.resolve(from.toString().substring(1));
        if (Files.isDirectory(from)) {
          Files.createDirectories(file);
        } else {
          try (InputStream in = Files.newInputStream(from)) {
            Files.copy(in, file);
          }
          Files.setPosixFilePermissions(file, Files.getPosixFilePermissions(from));
        }
      }
    }
    return only(to, "elbo-*");
  }

  /** The one file of a folder that is named so. */
  private static Path only(Path folder, String glob) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
      List<Path> found = new ArrayList<>();
      files.forEach(found::add);
      assertEquals(1, found.size(), found::toString);
      return found.getFirst();
    }
  }

  private static String elbo() {
    return home.resolve("bin/elbo").toString();
  }

  private record Run(Process process, Path out, Path err) {

    Result result() throws IOException {
      try {
        return new Result(process.waitFor(), Files.readString(out), Files.readString(err));
      } catch (InterruptedException e) {
        process.destroyForcibly();
        throw new AssertionError("timed out", e);
      }
    }
  }

  /** Starts a program with nothing in its environment but this. */
  private static Run start(String javaOptions, String... command) throws IOException {
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", path.toString());
    builder.environment().put("ELBO_JAVA_HOME", JDK.toString());
    builder.environment().put("ELBO_JAVA_OPTS", javaOptions);
    return new Run(builder.start(), out, err);
  }

  private static Result run(String... command) throws IOException {
    return start("", command).result();
  }

  @Test
  void makesARuntimeAndACacheOnce() throws IOException {
    assertTrue(Files.isExecutable(only(home, "runtime-*").resolve("bin/java")));
    assertTrue(Files.size(only(home, "start-*.aot")) > 0);
    try (Stream<Path> files = Files.list(home)) {
      assertEquals(9, files.count(), "nothing else is left");
    }
    Result again = start("-Xlog:class+load", elbo(), "--version").result().done();
    assertEquals("", again.err());
    assertTrue(again.out().contains("dev.elbo.cli.Main source: shared objects file"), again.out());
  }

  /** With classes from a cache, Java does not see to it by itself. */
  @Test
  void itsVectorsAreCompiledToInstructions() throws IOException {
    String bench = "bench --items 2000 --batch-size 100 --hidden 100 --latent 20 --updates 40";
    List<String> command = new ArrayList<>(List.of(elbo()));
    command.addAll(List.of(bench.split(" ")));
    String options = "-XX:+UnlockDiagnosticVMOptions -XX:+PrintIntrinsics";
    String compiled = start(options, command.toArray(String[]::new)).result().done().out();
    Pattern fma = Pattern.compile("VectorSupport::ternaryOp \\(\\d+ bytes\\) +\\(intrinsic\\)");
    assertTrue(fma.matcher(compiled).find(), "no fused multiply-add of vectors");
  }

  @Test
  void trainsAndRecommends() throws IOException {
    Program.ratings(folder.resolve("ratings.csv"));
    run(elbo(), "prepare", "--ratings", "ratings.csv", "--out", "data").done();
    run(elbo(), "train", "--data", "data", "--out", "model", "--model", "popularity").done();
    Result result =
        run(elbo(), "recommend", "--model-dir", "model", "--items", "i1,i2", "-k", "3").done();
    assertEquals(3, result.out().lines().count(), result.out());
    assertEquals("", result.err());
  }

  @Test
  void knowsItsPresetsByTheirNames() throws IOException {
    String[] train = {elbo(), "train", "@ml-1m", "--data", "none", "--out", "none"};
    run(train).fails(1, "none/data.json: cannot be read");
    train[2] = "@ml-2m";
    run(train).fails(2, "There is no file 'ml-2m' to read arguments from (did you mean @ml-1m?)");
  }

  @Test
  void isStartedThroughALink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("elbo"), home.resolve("bin/elbo"));
    assertTrue(run(link.toString(), "--version").done().out().startsWith("elbo "));
    Files.delete(link);
  }

  @Test
  void hasCompletionAndAPageForEachCommand() throws IOException {
    String completion = Files.readString(home.resolve("share/bash-completion/completions/elbo"));
    assertEquals(Program.run("completion").done().out().strip(), completion.strip());
    Path pages = home.resolve("share/man/man1");
    assertTrue(Files.readString(pages.resolve("elbo.1")).startsWith(".TH \"ELBO\" 1"));
    for (String command : new CommandLine(new Main()).getSubcommands().keySet()) {
      String page = Files.readString(pages.resolve("elbo-%s.1".formatted(command)));
      assertTrue(page.contains("\n.SH EXAMPLES\n"), page);
      assertTrue(page.contains("\\-\\-json\n"), page);
    }
  }

  /** As one finds the program that somebody else has installed, and not yet started. */
  @Test
  void worksWhereItMayNotWrite() throws IOException {
    Path other = unpack("another program");
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) { // who may write everywhere
      Path setpriv = Path.of("/usr/bin/setpriv");
      Assumptions.assumeTrue(
          Files.exists(setpriv), "needs a user who is not root, or util-linux's setpriv");
      command.addAll(List.of(setpriv.toString(), "--reuid=65534", "--clear-groups"));
    } else {
      assertTrue(other.toFile().setWritable(false));
    }
    command.addAll(List.of(other.resolve("bin/elbo").toString(), "--version"));
    Result result = run(command.toArray(String[]::new)).done();
    assertTrue(result.out().startsWith("elbo "), result.out());
    assertEquals("WARNING: Using incubator modules: jdk.incubator.vector\n", result.err());
  }

  /** Java takes a jar of the same size and time for the same. */
  @Test
  void aNewJarHasANewCache() throws IOException {
    Path old = only(home, "start-*.aot");
    Files.setLastModifiedTime(
        home.resolve("elbo.jar"), FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
    assertEquals("elbo: preparing to start faster ...\n", run(elbo(), "--version").done().err());
    assertTrue(!old.equals(only(home, "start-*.aot")), old::toString);
  }
}
