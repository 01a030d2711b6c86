package dev.elbo.cli;

import static dev.elbo.cli.SystemPath.script;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.cli.Program.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code tools/elbo} does before the program starts. It stands in a project of its own here,
 * of which the program is the packaged one, and Maven a script that says that it was called.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LauncherIT {

  private static final Path JDK = Path.of(System.getProperty("java.home"));

  /** Said where the jars are new, even if Java can make no cache. */
  private static final String PREPARING = "elbo: preparing to start faster ...\n";

  @TempDir private Path folder;
  private Path project;
  private Path target;
  private Path bin;

  @BeforeEach
  void makeProject() throws IOException {
    project = folder.resolve("a project");
    target = Files.createDirectories(project.resolve("src/target"));
    bin = Files.createDirectories(folder.resolve("bin"));
    Path tools = Files.createDirectories(project.resolve("tools"));
    for (String tool : List.of("elbo", "java.sh", "build.sh", "LinkRuntime.java")) {
      Files.copy(Path.of("../tools", tool), tools.resolve(tool));
    }
    for (String source :
        List.of(
            "pom.xml",
            "src/pom.xml",
            "src/main/java/A.java",
            "src/main/java/B.java",
            "src/main/resources/dialects.json",
            "reference-results/golden/case.safetensors")) {
      Path file = project.resolve(source);
      Files.createDirectories(file.getParent());
      Program.write(file, "");
    }
    try (Stream<Path> sources = Files.walk(project)) {
      for (Path source : (Iterable<Path>) sources::iterator) {
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().minusSeconds(3600)));
      }
    }
    Path built = Path.of("target").toAbsolutePath();
    script(
        bin.resolve("mvn"),
        "echo called >&2; cp -r '%s/elbo.jar' '%s/lib' '%s'".formatted(built, built, target));
    run("", Map.of(), bin.resolve("mvn").toString()).done();
    borrowRuntime();
  }

  /**
   * The runtime that the launcher has linked for the project itself does here, too; its caches are
   * empty, which is what the launcher leaves where Java can make none.
   */
  private void borrowRuntime() throws IOException {
    run("", Map.of(), LAUNCHER.toString(), "--version").done();
    try (var runtimes = Files.newDirectoryStream(Path.of("target"), "runtime-*")) {
      for (Path runtime : runtimes) {
        Path borrowed = target.resolve(runtime.getFileName().toString());
        script(
            Files.createDirectories(borrowed.resolve("bin")).resolve("java"),
            "for option; do case $option in -XX:AOTCacheOutput=*)"
                + " : >\"${option#*=}\"; exit;; esac; done; exec '%s' \"$@\""
                    .formatted(runtime.resolve("bin/java").toAbsolutePath()));
      }
    }
  }

  private static final Path LAUNCHER = Path.of("..", "tools", "elbo").toAbsolutePath();

  /** Starts a program with nothing in its environment but this. */
  private Result run(String script, Map<String, String> environment, String... command)
      throws IOException {
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin + ":" + SystemPath.SYSTEM);
    builder.environment().put("ELBO_JAVA_HOME", JDK.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try (var in = process.outputWriter()) {
      in.write(script);
    }
    try {
      return new Result(process.waitFor(), Files.readString(out), Files.readString(err));
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new AssertionError("timed out", e);
    }
  }

  private Result version(Map<String, String> environment) throws IOException {
    Result result =
        run("", environment, project.resolve("tools/elbo").toString(), "--version").done();
    assertTrue(result.out().startsWith("elbo "), result.out());
    return result;
  }

  @Test
  void whatIsBuiltIsRunWithoutAWord() throws IOException {
    assertEquals(PREPARING, version(Map.of()).err());
    assertEquals("", version(Map.of()).err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "touch src/main/java/A.java",
        "rm src/main/java/A.java",
        "mv src/main/java/A.java src/main/java/C.java",
        "echo > src/main/java/C.java",
        "touch src/main/resources/dialects.json",
        "touch reference-results/golden/case.safetensors",
        "touch pom.xml",
        "touch src/pom.xml",
        "rm src/target/elbo.jar",
        "rm -r src/target/lib"
      })
  void whatHasChangedIsBuiltOnce(String change) throws IOException {
    run("cd 'a project' && " + change, Map.of(), "sh").done();
    assertEquals("elbo: building ...\ncalled\n" + PREPARING, version(Map.of()).err());
    assertEquals("", version(Map.of()).err());
  }

  @Test
  void whatChangesDuringABuildIsBuiltNext() throws IOException {
    Path source = project.resolve("src/main/java/A.java");
    script(
        bin.resolve("mvn"),
        "sleep 0.1; touch '%s'; %s"
            .formatted(source, Files.readString(bin.resolve("mvn")).split("\n", -1)[1]));
    Files.setLastModifiedTime(source, FileTime.from(Instant.now()));
    for (int call = 0; call < 2; call++) {
      String said = version(Map.of()).err();
      assertTrue(said.startsWith("elbo: building ...\ncalled\n"), said);
    }
  }

  @Test
  void aBuildThatFailsLeavesNothingOldToRun() throws IOException {
    Files.setLastModifiedTime(
        project.resolve("src/main/java/A.java"), FileTime.from(Instant.now().plusSeconds(1)));
    script(bin.resolve("mvn"), "echo wrong >&2; exit 1");
    for (int call = 0; call < 2; call++) {
      run("", Map.of(), project.resolve("tools/elbo").toString(), "--version")
          .fails(1, "elbo: the build failed; see above");
    }
  }

  @Test
  void withoutMavenWhatIsBuiltIsRunWithARemark() throws IOException {
    Path system = SystemPath.ofLaunchers(folder.resolve("system"));
    Files.delete(project.resolve("src/main/java/A.java"));
    Result result = version(Map.of("PATH", system.toString()));
    assertEquals(
        "elbo: the sources have changed since the program was built; what was built is run, since"
            + " Maven (mvn) was not found\n"
            + PREPARING,
        result.err());

    Files.delete(target.resolve("elbo.jar"));
    run(
            "",
            Map.of("PATH", system.toString()),
            project.resolve("tools/elbo").toString(),
            "--version")
        .fails(1, "elbo: nothing is built yet, and Maven (mvn) was not found; install it");
  }

  /**
   * A folder that the launcher takes for a JDK of a version; it can neither link nor make a cache.
   */
  private Path jdk(String version) throws IOException {
    Path jdk = folder.resolve("jdk-" + version);
    Files.createDirectories(jdk.resolve("bin"));
    Program.write(jdk.resolve("release"), "JAVA_VERSION=\"%s\"\n".formatted(version));
    script(
        jdk.resolve("bin/java"),
        "case $* in *LinkRuntime*) echo no jlink; exit 1;; *AOTCacheOutput*) echo no cache; exit"
            + " 1;; esac;"
            + " exec '%s' \"$@\"".formatted(JDK.resolve("bin/java")));
    return jdk;
  }

  @Test
  void whereJavaCanNeitherLinkNorPrepareItIsUsedAsItIs() throws IOException {
    Map<String, String> environment = Map.of("ELBO_JAVA_HOME", jdk("25.0.3").toString());
    String warning = "WARNING: Using incubator modules: jdk.incubator.vector\n";
    assertEquals(
        "elbo: linking a Java runtime ...\n"
            + "elbo: jlink cannot, so the JDK is used as it is: no jlink\n"
            + PREPARING
            + "elbo: Java cannot, so it starts as before: no cache\n"
            + warning,
        version(environment).err());
    assertEquals(warning, version(environment).err());
  }

  @ParameterizedTest
  @CsvSource({
    "25, true",
    "25.0.2, true",
    "25.0.2.1, true",
    "25.0.3, false",
    "25.0.20, false",
    "26, false"
  })
  void aJdkThatCorruptsMemoryCollectsInAnotherWay(String version, boolean corrupts)
      throws IOException {
    String home = jdk(version).toString();
    Result result = version(Map.of("ELBO_JAVA_HOME", home, "ELBO_JAVA_OPTS", "-Xlog:gc:stderr"));
    assertEquals(corrupts, result.err().contains("with G1 (JDK-8377811"), result.err());
    assertEquals(corrupts, result.err().contains("Using Parallel"), result.err());

    Result chosen = version(Map.of("ELBO_JAVA_HOME", home, "ELBO_JAVA_OPTS", "-XX:+UseSerialGC"));
    assertFalse(chosen.err().contains("JDK-8377811"), chosen.err());
  }

  /** Arguments, names of files and what is printed; the shell writes them, as Java might not. */
  @ParameterizedTest
  @CsvSource({"LANG,", "LANG, C", "LC_ALL, POSIX", "LANG, xx_YY.UTF-8", "LANG, C.UTF-8"})
  void namesOutsideAsciiNeedNoLocale(String variable, String locale) throws IOException {
    Path ratings = Program.ratings(folder.resolve("ratings.csv"));
    Program.write(ratings, Files.readString(ratings).replace(",i7,", ",é中,"));
    Result result =
        run(
            """
            set -e
            name=$(printf '\\303\\251\\344\\270\\255') # é中
            mkdir "$name"
            mv ratings.csv "$name/$name.csv"
            cd "$name"
            elbo="../a project/tools/elbo"
            "$elbo" prepare --ratings "$name.csv" --out "$name-data"
            "$elbo" train --data "$name-data" --out "$name-model" --model ease
            "$elbo" similar --model-dir "$name-model" --item "$name" -k 40
            "$elbo" recommend --model-dir "$name-model" --items i1 -k 40
            ls
            """,
            locale == null ? Map.of() : Map.of(variable, locale),
            "sh");
    result.done();
    assertTrue(result.out().contains("Wrote é中-model\n"), result.out());
    assertTrue(result.out().lines().anyMatch(line -> line.endsWith("  é中")), result.out());
    assertTrue(result.out().contains("\né中-data\né中-model\né中.csv\n"), result.out());
  }
}
