package dev.elbo.data.read.text;

import dev.elbo.ElboException;
import dev.elbo.io.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A folder of files that are one data set, as Spark, Dask and their like write it: {@code
 * part-00000.csv.gz}, {@code part-00001.csv.gz} and so on. What these programs leave beside them is
 * passed over: names that begin with {@code _} or a dot, and checksums.
 */
public final class PartFiles {
  private static final String PREFIX = "part";
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final int DIGITS = 20;

  private PartFiles() {}

  /**
   * The files of a folder that hold something, in the order of their numbers; any other path by
   * itself.
   *
   * @throws ElboException if there is none in the folder, or something else
   */
  public static List<Path> of(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    List<Path> parts = parts(path).stream().filter(file -> !isEmpty(file)).toList();
    if (parts.isEmpty()) {
      throw ElboException.in(path, "expected ratings, found empty files");
    }
    return parts;
  }

  private static boolean isEmpty(Path file) {
    try (var source = new SourceFile(file)) {
      return source.isEmpty();
    }
  }

  private static List<Path> parts(Path folder) {
    List<Path> files;
    try (var all = Files.list(folder)) {
      files =
          all.filter(file -> !isPassedOver(name(file)))
              .sorted(Comparator.comparing(PartFiles::inOrder))
              .toList();
    } catch (IOException e) {
      throw ElboException.cannot("be read", folder, e);
    }
    if (files.isEmpty()) {
      throw ElboException.in(folder, "expected a file, or a folder of files part-*, found none");
    }
    for (Path file : files) {
      if (!name(file).startsWith(PREFIX) || !Files.isRegularFile(file)) {
        throw ElboException.in(
            folder,
            "expected a file, or a folder of files part-* and nothing else, found %s; name the file"
                .formatted(Printable.quoted(name(file))));
      }
    }
    return files;
  }

  private static boolean isPassedOver(String name) {
    return name.startsWith("_") || name.startsWith(".") || name.endsWith(".crc");
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  /** The name, with all numbers of the same length: 2 comes before 10. */
  private static String inOrder(Path file) {
    return NUMBER
        .matcher(name(file))
        .replaceAll(
            number -> "0".repeat(Math.max(0, DIGITS - number.group().length())) + number.group());
  }
}
