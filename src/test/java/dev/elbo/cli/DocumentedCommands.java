package dev.elbo.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The command lines that the documents show, in the order in which they stand there. */
final class DocumentedCommands {

  /** The repository's folder. */
  static final Path ROOT = Path.of("..");

  /**
   * A command line, its continuations joined, its comment and where its output goes cut off.
   *
   * @param program its first word: {@code tools/elbo}, say
   * @param arguments the others
   * @param inSentence whether it stands within a sentence, which may show a part of it only
   */
  record Line(String program, String arguments, boolean inSentence) {

    boolean isElbo() {
      return program.endsWith("elbo");
    }

    @Override
    public String toString() {
      return program + " " + arguments;
    }
  }

  private static final Pattern BLOCK_OR_CODE =
      Pattern.compile(
          "^[ \\d.]*```[^\n]*\n(.*?)^ *```|`([^`]+)`", Pattern.DOTALL | Pattern.MULTILINE);

  private static final Pattern COMMAND =
      Pattern.compile(
          "(?:\\$ |source <\\()?(?:[A-Z_]+=\\S+ )*(?:\\./)?"
              + "(tools/elbo(?= )|elbo(?= )|tools/bench/[\\w-]+|mvn(?= ))([^#)>]*).*");

  /** The folder of the manual. */
  static final Path MANUAL = ROOT.resolve("src/site/markdown");

  /**
   * A page of the manual.
   *
   * @param title as the index lists it
   * @param file its file
   */
  record Page(String title, Path file) {}

  /** How the index lists a page. */
  private static final Pattern PAGE =
      Pattern.compile("^- \\[([^]]+)]\\(([\\w-]+\\.md)\\)", Pattern.MULTILINE);

  private DocumentedCommands() {}

  /** The pages of the manual, in the order of its index. */
  static List<Page> pages() {
    return PAGE.matcher(read(MANUAL.resolve("index.md")))
        .results()
        .map(found -> new Page(found.group(1), MANUAL.resolve(found.group(2))))
        .toList();
  }

  /** The README, the index of the manual, and its pages. */
  static List<Path> manual() {
    return Stream.concat(
            Stream.of(ROOT.resolve("README.md"), MANUAL.resolve("index.md")),
            pages().stream().map(Page::file))
        .toList();
  }

  /** Those of a Markdown document. */
  static Stream<Line> of(Path document) {
    return BLOCK_OR_CODE
        .matcher(read(document))
        .results()
        .flatMap(
            found ->
                found.group(1) != null
                    ? joined(found.group(1)).lines().flatMap(line -> command(line, false))
                    : command(found.group(2).replaceAll("\\s+", " "), true));
  }

  /** Those in the comments of a preset. */
  static Stream<Line> ofPreset(Path preset) {
    return joined(read(preset).replaceAll("(?m)^# *", ""))
        .lines()
        .flatMap(line -> command(line, false));
  }

  private static String joined(String lines) {
    return lines.replaceAll("\\\\\n *", "");
  }

  private static Stream<Line> command(String line, boolean inSentence) {
    Matcher found = COMMAND.matcher(line.strip());
    return found.matches()
        ? Stream.of(new Line(found.group(1), found.group(2).strip(), inSentence))
        : Stream.empty();
  }

  /** Files of a folder of the repository whose names end so. */
  static List<Path> files(String folder, String end) {
    try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
