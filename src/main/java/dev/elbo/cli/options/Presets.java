package dev.elbo.cli.options;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The argument files that come with the program, which are named without their folder and their
 * ending: {@code @ml-1m}.
 *
 * @param folder that they are in; if it is not there, there are none
 */
public record Presets(File folder) {

  private static final String ENDING = ".args";

  /** Those that the launcher says. */
  public static Presets ofProgram() {
    return new Presets(new File(System.getProperty("elbo.presets", "")));
  }

  /** Their names, in order. */
  public List<String> names() {
    String[] files = folder.list();
    return files == null
        ? List.of()
        : Stream.of(files)
            .filter(file -> file.endsWith(ENDING))
            .map(file -> file.substring(0, file.length() - ENDING.length()))
            .sorted()
            .toList();
  }

  /**
   * The same words, presets among them by the names of their files. A file of that name is first.
   */
  public String[] resolve(String... args) {
    return Arrays.stream(args).map(this::resolve).toArray(String[]::new);
  }

  private String resolve(String arg) {
    String name = arg.startsWith("@") ? arg.substring(1) : "";
    return !name.isEmpty() && names().contains(name) && !new File(name).exists()
        ? "@" + new File(folder, name + ENDING)
        : arg;
  }
}
