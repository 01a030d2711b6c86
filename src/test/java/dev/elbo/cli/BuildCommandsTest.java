package dev.elbo.cli;

import static dev.elbo.cli.DocumentedCommands.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.cli.DocumentedCommands.Line;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The documents' commands that build or measure have what they name. */
class BuildCommandsTest {

  private static final Pattern CHOSEN_TESTS =
      Pattern.compile("-D(?:it\\.)?test='?((?!none$)[^']*)'?");

  @TestFactory
  Stream<DynamicTest> maven() {
    String poms =
        Stream.of(
                "pom.xml",
                "src/pom.xml",
                "tools/bench/pom.xml",
                "tools/spark/pom.xml",
                "tornado/pom.xml")
            .map(pom -> DocumentedCommands.read(ROOT.resolve(pom)))
            .collect(Collectors.joining());
    return tests(
        "mvn",
        word -> {
          if (word.startsWith("-P")) {
            for (String profile : word.substring(2).split(",", -1)) {
              assertTrue(poms.contains("<id>%s</id>".formatted(profile)), "no profile " + profile);
            }
          }
          Matcher chosen = CHOSEN_TESTS.matcher(word);
          if (chosen.matches()) {
            PathMatcher files =
                FileSystems.getDefault().getPathMatcher("glob:" + chosen.group(1) + ".java");
            assertTrue(
                DocumentedCommands.files("src/test", ".java").stream()
                    .map(Path::getFileName)
                    .anyMatch(files::matches),
                "no test " + chosen.group(1));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> bench() {
    String sources =
        DocumentedCommands.files("tools/bench/src/main", ".java").stream()
            .map(DocumentedCommands::read)
            .collect(Collectors.joining());
    return tests(
        "tools/bench/",
        word -> {
          if (word.startsWith("tools/")) {
            assertTrue(Files.isExecutable(ROOT.resolve(word)), "no program " + word);
          } else if (word.startsWith("-")) {
            assertTrue(sources.contains("\"%s\"".formatted(word)), "no option " + word);
          }
        });
  }

  /**
   * The version of TornadoVM that the build expects, which is in one file, is that of the
   * documents.
   */
  @Test
  void tornadoVm() {
    String version =
        Stream.of(DocumentedCommands.read(ROOT.resolve(".mvn/maven.config")).split("\\s+"))
            .filter(word -> word.startsWith("-Dtornado.version="))
            .map(word -> word.substring(word.indexOf('=') + 1))
            .findFirst()
            .orElseThrow();
    for (String document : List.of("src/site/markdown/engines.md", "CONTRIBUTING.md")) {
      String text = DocumentedCommands.read(ROOT.resolve(document));
      List<String> named =
          Pattern.compile("\\d+\\.\\d+\\.\\d+-jdk\\d+")
              .matcher(text)
              .results()
              .map(MatchResult::group)
              .toList();
      assertFalse(named.isEmpty(), document);
      named.forEach(found -> assertEquals(version, found, document));
    }
  }

  /** A test of each command of a program, which looks at its words. */
  private static Stream<DynamicTest> tests(String program, Consumer<String> test) {
    List<Line> lines =
        Stream.concat(
                DocumentedCommands.manual().stream(),
                Stream.concat(
                    Stream.of(ROOT.resolve("CONTRIBUTING.md")),
                    DocumentedCommands.files("reference-results", ".md").stream()))
            .flatMap(DocumentedCommands::of)
            .filter(line -> line.program().startsWith(program))
            .toList();
    assertTrue(lines.size() > 3, lines.toString());
    return lines.stream()
        .map(
            line ->
                DynamicTest.dynamicTest(
                    line.toString(), () -> Stream.of(line.toString().split(" +")).forEach(test)));
  }
}
