import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes the source of the website, {@code target/manual}, from the Markdown of the repository,
 * which is to be read on the repository's web page as it stands. There a link leads to a file; on
 * the site it leads to a page, or to a copy of the file as text. The reports that there are get a
 * menu of their own.
 */
final class SiteSource {

  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final Path MANUAL = Path.of("src/site/markdown");
  private static final Path RESOURCES = Path.of("src/site/resources");
  private static final Path OUT = Path.of("target/manual");

  /** A block of code, which stays as it is; a link or a picture; a heading. */
  private static final Pattern PART =
      Pattern.compile(
          "(?<code>^[ \\d.]*```.*?^ *```$)"
              + "|(?<link>]\\((?<file>[^)#:\\s]+)(?<anchor>#[\\w-]+)?\\))"
              + "|^#+ (?=(?<heading>[^\n]*))",
          Pattern.MULTILINE | Pattern.DOTALL);

  /** Where the build leaves a report, and where it is on the site. */
  private record Report(String name, Path made, String folder) {}

  private static final List<Report> REPORTS =
      List.of(
          new Report("Javadoc", Path.of("src/target/reports/apidocs"), "apidocs"),
          new Report("Coverage of the tests", Path.of("src/target/site/jacoco"), "jacoco"),
          new Report("Mutations (PIT)", Path.of("src/target/pit-reports"), "pit"));

  private SiteSource() {}

  public static void main(String[] args) throws IOException {
    delete(OUT);
    List<Path> documents =
        Stream.of(
                files(MANUAL),
                files(Path.of("reference-results")).filter(file -> file.toString().endsWith(".md")),
                Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md").map(Path::of))
            .flatMap(some -> some)
            .toList();
    for (Path document : documents) {
      write(
          OUT.resolve("markdown").resolve(ofSite(document).toString().replaceAll("html$", "md")),
          page(document));
    }
    files(RESOURCES).forEach(file -> copy(file, RESOURCES.relativize(file)));
    List<Report> reports =
        REPORTS.stream().filter(report -> Files.exists(report.made.resolve("index.html"))).toList();
    for (Report report : reports) {
      files(report.made)
          .forEach(
              file -> copy(file, Path.of(report.folder).resolve(report.made.relativize(file))));
    }
    String site = Files.readString(Path.of("src/site/site.xml"));
    write(OUT.resolve("site.xml"), site.replace("    <!-- reports -->\n", menu(reports)));
  }

  private static String menu(List<Report> reports) {
    return reports.isEmpty()
        ? ""
        : reports.stream()
            .map(
                report ->
                    "      <item name=\"%s\" href=\"%s/index.html\"/>%n"
                        .formatted(report.name, report.folder))
            .collect(joining("", "    <menu name=\"Reports\">\n", "    </menu>\n"));
  }

  /** A document with the links of the site, and with the anchors that the repository's page has. */
  private static String page(Path document) {
    return PART.matcher(read(document))
        .replaceAll(part -> Matcher.quoteReplacement(ofSite(document, part)));
  }

  private static String ofSite(Path document, MatchResult part) {
    if (part.group("heading") != null) {
      return "%s<a id=\"%s\"></a>".formatted(part.group(), anchor(part.group("heading")));
    }
    if (part.group("link") != null) {
      String anchor = Optional.ofNullable(part.group("anchor")).orElse("");
      return "](%s%s)".formatted(link(document, part.group("file")), anchor);
    }
    return part.group();
  }

  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w\\s-]", "").replace(' ', '-');
  }

  /** A link of the site, from a document to a file of the repository. */
  private static String link(Path document, String link) {
    Path file = ROOT.relativize(ROOT.resolve(document).resolveSibling(link).normalize());
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "%s: expected a file of the repository, found %s".formatted(document, link));
    }
    Path target = ofSite(file);
    if (!target.toString().endsWith(".html") && !file.startsWith(RESOURCES)) {
      copy(file, target);
    }
    Path page = Path.of("/").resolve(ofSite(document));
    return page.getParent().relativize(Path.of("/").resolve(target)).toString();
  }

  /** Where a file of the repository is on the site. */
  private static Path ofSite(Path file) {
    String name = file.toString();
    if (name.endsWith(".md")) {
      Path page = file.startsWith(MANUAL) ? MANUAL.relativize(file) : file;
      return Path.of(page.toString().replaceAll("md$", "html"));
    }
    if (file.startsWith(RESOURCES)) {
      return RESOURCES.relativize(file);
    }
    // Browsers show text whose name ends so, and offer to keep what they do not know.
    return Path.of("source", name.matches(".*\\.(png|svg)") ? name : name + ".txt");
  }

  private static Stream<Path> files(Path folder) {
    if (!Files.exists(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path file, Path target) {
    try {
      Path copy = OUT.resolve("resources").resolve(target);
      Files.createDirectories(copy.getParent());
      if (Files.notExists(copy)) {
        Files.copy(file, copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
