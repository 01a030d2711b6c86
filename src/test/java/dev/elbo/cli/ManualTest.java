package dev.elbo.cli;

import static dev.elbo.cli.DocumentedCommands.MANUAL;
import static dev.elbo.cli.DocumentedCommands.ROOT;
import static dev.elbo.cli.DocumentedCommands.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.cli.DocumentedCommands.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A reader finds every page of the manual, and whatever a document links to. */
class ManualTest {

  /** A link or a picture, as {@code [words](file#heading)}; not one into the web. */
  private static final Pattern LINK =
      Pattern.compile("]\\(([^)#:\\s]*)(?:#([\\w-]+))?\\)|(?:src|srcset|href)=\"([^\"#:]+)\"");

  private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

  private static final Pattern CODE =
      Pattern.compile("^[ \\d.]*```.*?^ *```", Pattern.MULTILINE | Pattern.DOTALL);

  private static final Pattern JAVA =
      Pattern.compile("^```java\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

  /** Every Markdown file of the repository that is not built. */
  static Stream<Path> documents() {
    return Stream.of(
            Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md").map(ROOT::resolve),
            Stream.of("reference-results", "src/main", "src/site", "tools")
                .flatMap(folder -> DocumentedCommands.files(folder, ".md").stream())
                .filter(file -> !file.toString().contains("/target/")))
        .flatMap(files -> files);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void whatADocumentLinksToIsThere(Path document) {
    LINK.matcher(words(document))
        .results()
        .forEach(
            link -> {
              String file = Optional.ofNullable(link.group(1)).orElse(link.group(3));
              Path target = file.isEmpty() ? document : document.resolveSibling(file);
              assertTrue(Files.isRegularFile(target), link.group());
              if (link.group(2) != null) {
                assertTrue(anchors(target).contains(link.group(2)), link.group());
              }
            });
  }

  /** A document without its blocks of code. */
  private static String words(Path document) {
    return CODE.matcher(read(document)).replaceAll("(code)");
  }

  /** What the headings of a document are called in links, as on the repository's web page. */
  private static List<String> anchors(Path document) {
    return HEADING
        .matcher(words(document))
        .results()
        .map(
            heading ->
                heading
                    .group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\w\\s-]", "")
                    .replace(' ', '-'))
        .toList();
  }

  @Test
  void theIndexListsEveryPageByItsTitle() {
    List<Page> pages = DocumentedCommands.pages();
    assertEquals(
        DocumentedCommands.files("src/site/markdown", ".md"),
        Stream.concat(Stream.of(MANUAL.resolve("index.md")), pages.stream().map(Page::file))
            .sorted()
            .toList());
    for (Page page : pages) {
      assertEquals(Optional.of("# " + page.title()), read(page.file()).lines().findFirst());
    }
  }

  /** One can read it from the first page to the last. */
  @Test
  void eachPageEndsWithTheWayToItsNeighbours() {
    List<Page> pages = DocumentedCommands.pages();
    for (int n = 0; n < pages.size(); n++) {
      List<String> way = new ArrayList<>();
      if (n > 0) {
        way.add(link("← %s", pages.get(n - 1)));
      }
      way.add("[The manual](index.md)");
      if (n < pages.size() - 1) {
        way.add(link("%s →", pages.get(n + 1)));
      }
      String last = read(pages.get(n).file()).lines().reduce("", (_, line) -> line);
      assertEquals(String.join(" · ", way), last, pages.get(n).toString());
    }
  }

  private static String link(String words, Page page) {
    return "[%s](%s)".formatted(words.formatted(page.title()), page.file().getFileName());
  }

  /** What stands beside each page of the site. */
  @Test
  void theMenuOfTheSiteIsTheIndex() {
    List<String> menu =
        Pattern.compile("<item name=\"([^\"]+)\" href=\"([a-z-]+)\\.html\"")
            .matcher(read(ROOT.resolve("src/site/site.xml")))
            .results()
            .map(item -> "%s %s.md".formatted(item.group(1), item.group(2)))
            .toList();
    assertEquals(
        DocumentedCommands.pages().stream()
            .map(page -> page.title() + " " + page.file().getFileName())
            .toList(),
        menu);
  }

  @Test
  void theReadmeIsShort() throws IOException {
    assertTrue(Files.size(ROOT.resolve("README.md")) < 8192);
  }

  /** That page's example is compiled and run. */
  @Test
  void theReadmesJavaIsOfTheLibrarysPage() {
    String page = read(MANUAL.resolve("library.md"));
    JAVA.matcher(read(ROOT.resolve("README.md")))
        .results()
        .flatMap(code -> code.group(1).lines())
        .forEach(line -> assertTrue(page.lines().anyMatch(line::equals), line));
  }
}
