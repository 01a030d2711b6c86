package dev.elbo.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elbo.ElboException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** External ids as a text file: UTF-8, one a line, each ended by a line feed. */
public final class Ids {

  private static final String REMEDY = "; take a good copy of the file, or make it again";

  private Ids() {}

  /**
   * What the file of ids holds.
   *
   * @param ids in order, none of them empty, with a line break or NUL
   * @throws IllegalArgumentException if one is
   */
  public static AtomicFile.Content content(List<String> ids) {
    for (String id : ids) {
      fault(id)
          .ifPresent(
              fault -> {
                throw new IllegalArgumentException("an id with %s: %s".formatted(fault, id));
              });
    }
    return out -> {
      for (String id : ids) {
        out.write(id.getBytes(UTF_8));
        out.write('\n');
      }
    };
  }

  /** Why text is no id; empty if it is one. */
  public static Optional<String> fault(String id) {
    if (id.isEmpty()) {
      return Optional.of("no character");
    }
    return id.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)
        ? Optional.of("a line break or NUL")
        : Optional.empty();
  }

  /**
   * Reads ids that somebody wrote down: spaces around them, blank lines and a byte-order mark do
   * not count, and one may be there twice.
   *
   * @param file the file
   * @return in the order of the file; none, if it has none
   * @throws ElboException if it cannot be read
   */
  public static List<String> readLoosely(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw ElboException.cannot("be read", file, e);
    }
    return text.replaceFirst("^\uFEFF", "")
        .lines()
        .map(String::strip)
        .filter(id -> !id.isEmpty())
        .toList();
  }

  /**
   * Reads what a file of ids holds.
   *
   * @param file what to call it
   * @param in its bytes; not closed
   * @param bytes how many there are
   * @throws ElboException if they are cut off, or at the first line that is no id, or one that was
   *     there before
   * @throws IOException if {@code in} does
   */
  public static List<String> read(Path file, InputStream in, long bytes) throws IOException {
    String text = text(file, in.readNBytes((int) Math.min(bytes, Integer.MAX_VALUE)));
    if (text.isEmpty()) {
      return List.of();
    }
    if (!text.endsWith("\n")) {
      throw ElboException.in(file, "expected ids, each ended by a line break; found another end");
    }
    List<String> ids = List.of(text.substring(0, text.length() - 1).split("\n", -1));
    var seen = new HashSet<String>();
    for (int n = 0; n < ids.size(); n++) {
      String id = ids.get(n);
      int line = n + 1;
      fault(id)
          .ifPresent(
              fault -> {
                throw ElboException.at(
                    file, line, "expected an id, found one with %s%s".formatted(fault, REMEDY));
              });
      if (!seen.add(id)) {
        throw ElboException.at(
            file, line, "the id '%s' was there before".formatted(Printable.shortened(id)));
      }
    }
    return ids;
  }

  private static String text(Path file, byte[] bytes) {
    var text = CharBuffer.allocate(bytes.length);
    var in = ByteBuffer.wrap(bytes);
    if (UTF_8.newDecoder().decode(in, text, /* endOfInput= */ true).isError()) {
      String before = text.flip().toString();
      throw ElboException.at(
          file,
          1 + before.chars().filter(c -> c == '\n').count(),
          "expected UTF-8 text, found the byte 0x%02X%s".formatted(in.get(in.position()), REMEDY));
    }
    return text.flip().toString();
  }
}
