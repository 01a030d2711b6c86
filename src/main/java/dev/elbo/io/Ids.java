package dev.elbo.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;

/** External ids as a text file: UTF-8, one a line, each ended by a line feed. */
public final class Ids {

  private Ids() {}

  /**
   * What the file of ids holds.
   *
   * @param ids in order, each without a line break
   * @throws IllegalArgumentException if one has a line break
   */
  public static AtomicFile.Content content(List<String> ids) {
    for (String id : ids) {
      if (id.indexOf('\n') >= 0 || id.indexOf('\r') >= 0) {
        throw new IllegalArgumentException("an id with a line break: " + id);
      }
    }
    return out -> {
      for (String id : ids) {
        out.write(id.getBytes(UTF_8));
        out.write('\n');
      }
    };
  }

  /**
   * Reads a file of ids.
   *
   * @param file the file
   * @throws ElboException if it cannot be read, is cut off, or has an id twice
   */
  public static List<String> read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw ElboException.cannot("be read", file, e);
    }
    if (!text.endsWith("\n")) {
      throw ElboException.in(file, "expected ids, each ended by a line break; found another end");
    }
    List<String> ids = List.of(text.substring(0, text.length() - 1).split("\n", -1));
    var seen = new HashSet<String>();
    for (int n = 0; n < ids.size(); n++) {
      if (!seen.add(ids.get(n))) {
        throw ElboException.at(file, n + 1, "the id '%s' was there before".formatted(ids.get(n)));
      }
    }
    return ids;
  }
}
