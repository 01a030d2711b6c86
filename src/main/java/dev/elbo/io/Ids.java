package dev.elbo.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elbo.ElboException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
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
   * Reads ids that somebody wrote down: spaces around them, blank lines and a byte-order mark do
   * not count, and one may be there twice.
   *
   * @param file the file
   * @return at least one
   * @throws ElboException if it cannot be read, or has none
   */
  public static List<String> readLoosely(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw ElboException.cannot("be read", file, e);
    }
    List<String> ids =
        text.replaceFirst("^\uFEFF", "")
            .lines()
            .map(String::strip)
            .filter(id -> !id.isEmpty())
            .toList();
    if (ids.isEmpty()) {
      throw ElboException.in(file, "expected ids, one a line, found none");
    }
    return ids;
  }

  /**
   * Reads what a file of ids holds.
   *
   * @param file what to call it
   * @param in its bytes; not closed
   * @param bytes how many there are
   * @throws ElboException if they are cut off, or have an id twice
   * @throws IOException if {@code in} does, or they are not UTF-8
   */
  public static List<String> read(Path file, InputStream in, long bytes) throws IOException {
    byte[] all = in.readNBytes((int) Math.min(bytes, Integer.MAX_VALUE));
    String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(all)).toString();
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
