package dev.elbo.audit.read;

import dev.elbo.ElboException;
import dev.elbo.data.read.text.Line;
import dev.elbo.data.read.text.SourceFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads any system's recommendations: lines of fields separated by commas, tabs or others, TREC's
 * runs, and JSON lines, which are told by their content, compressed with gzip, the only file in a
 * zip archive, or neither; and arrays, in files that end in {@code .npy}, {@code .npz} or {@code
 * .safetensors}.
 */
public final class RecommendationsReader {
  private static final List<String> ARRAYS = List.of(".npy", ".npz", ".safetensors");

  private RecommendationsReader() {}

  /**
   * Reads a file.
   *
   * @param file the file, or {@code -} for standard input
   * @param userIds whom the rows of an array are about
   * @param itemIds what its columns, or its values, are about
   * @throws ElboException if it cannot be read, or at the first line that is not as expected
   */
  public static Recommendations read(Path file, List<String> userIds, List<String> itemIds) {
    if (ARRAYS.stream().anyMatch(file.toString()::endsWith)) {
      return MatrixLists.read(file, userIds, itemIds);
    }
    return SourceFile.read(file, StandardCharsets.UTF_8, text -> read(file, text));
  }

  private static Recommendations read(Path file, BufferedReader in) throws IOException {
    String first = Line.peekFirst(file, in).text();
    if (Trec.isRun(first)) {
      return Trec.readRun(file, in);
    }
    return first.stripLeading().startsWith("{")
        ? JsonLists.read(file, in)
        : SeparatedLists.read(file, in);
  }
}
