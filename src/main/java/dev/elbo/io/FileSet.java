package dev.elbo.io;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.ElboException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Files of a folder that belong together and are replaced together, by a single rename: that of the
 * manifest, a JSON document whose {@code "sha256"} holds the hash of each of the others.
 *
 * <p>A new {@code NAME} is written as {@code .NAME.new}. When all are on disk, the new manifest is
 * renamed into place, and only then are they. So whenever a write ends, a file that is not the one
 * of the manifest has that one beside it, and a reader takes it: what is read is the old set or the
 * new one, whole.
 */
public final class FileSet {

  /** A set can be replaced while it is read, and again while it is read again. */
  private static final int ATTEMPTS = 10;

  private final Path folder;
  private final String manifest;
  private final String remedy;
  private final String text;
  private final Map<String, String> sha256;

  /** Reads what a file of the set holds. */
  @FunctionalInterface
  public interface Parser<T> {
    /**
     * Reads all of it.
     *
     * @param file what to call it
     * @param in its bytes; not to be closed
     * @param bytes how many there are
     * @throws ElboException if they are not what they should be
     * @throws IOException if {@code in} does
     */
    T parse(Path file, InputStream in, long bytes) throws IOException;
  }

  /** What every manifest has; null where somebody removed the hashes. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Manifest(@JsonSetter(nulls = Nulls.SET) Map<String, String> sha256) {}

  private FileSet(Path folder, String manifest, String remedy) {
    Path file = folder.resolve(manifest);
    this.folder = folder;
    this.manifest = manifest;
    this.remedy = remedy;
    this.text = readText(file);
    this.sha256 = hashes(file, text);
  }

  private static Map<String, String> hashes(Path manifest, String text) {
    Map<String, String> hashes = Json.parse(manifest, text, Manifest.class).sha256;
    return hashes == null ? Map.of() : hashes;
  }

  /**
   * Writes a set, or replaces it: old and new are never mixed, however this ends. Nothing else may
   * be writing there.
   *
   * @param folder the folder; it exists
   * @param contents what each file is to hold, by name
   * @param manifest name of the manifest
   * @param describe gives the manifest's document; it has these hashes, by name, as {@code
   *     "sha256"}
   * @throws ElboException if a file cannot be written
   */
  public static void write(
      Path folder,
      SequencedMap<String, AtomicFile.Content> contents,
      String manifest,
      Function<Map<String, String>, Object> describe) {
    settle(folder, contents.keySet(), manifest);
    var hashes = new TreeMap<String, String>();
    try {
      contents.forEach((name, content) -> hashes.put(name, writePending(folder, name, content)));
      AtomicFile.flushFolder(folder);
      Json.write(folder.resolve(manifest), describe.apply(hashes));
    } catch (RuntimeException e) {
      settle(folder, contents.keySet(), manifest);
      throw e;
    }
    contents.keySet().forEach(name -> renamePending(folder, name));
  }

  private static String writePending(Path folder, String name, AtomicFile.Content content) {
    MessageDigest digest = Sha256.digest();
    try {
      AtomicFile.writeInPlace(
          folder.resolve(pending(name)),
          out -> content.writeTo(new DigestOutputStream(out, digest)));
    } catch (IOException e) {
      throw ElboException.cannot("be written", folder.resolve(name), e);
    }
    return Sha256.hex(digest);
  }

  private static void renamePending(Path folder, String name) {
    try {
      AtomicFile.move(folder.resolve(pending(name)), folder.resolve(name));
    } catch (IOException e) {
      throw ElboException.cannot("be written", folder.resolve(name), e);
    }
  }

  /**
   * Finishes or undoes a write that was stopped, and removes what it left. Nothing else may be
   * writing there.
   *
   * @param folder the folder; it exists
   * @param names names of the files that the set may have
   * @param manifest name of the manifest
   * @throws ElboException if that is not possible
   */
  public static void settle(Path folder, Collection<String> names, String manifest) {
    AtomicFile.deleteLeftovers(folder.resolve(manifest));
    for (String name : names) {
      AtomicFile.deleteLeftovers(folder.resolve(name));
      Path pending = folder.resolve(pending(name));
      if (Files.exists(pending)) {
        if (isCommitted(folder, name, manifest)) {
          renamePending(folder, name);
        } else {
          delete(pending);
        }
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw ElboException.cannot("be deleted", file, e);
    }
  }

  private static boolean isCommitted(Path folder, String name, String manifest) {
    Path file = folder.resolve(manifest);
    if (Files.notExists(file)) {
      return false;
    }
    try {
      return Sha256.of(folder.resolve(pending(name)))
          .equals(hashes(file, readText(file)).get(name));
    } catch (ElboException _) {
      return false; // A manifest that cannot be read describes nothing.
    }
  }

  /**
   * The name of a new file until the new manifest is there.
   *
   * @param name its name from then on
   */
  public static String pending(String name) {
    return "." + name + ".new";
  }

  /**
   * Reads a set, old or new if it is replaced in the meantime.
   *
   * @param folder the folder
   * @param manifest name of the manifest
   * @param remedy what to do if a file is not the one of the manifest
   * @param reader reads what it wants of the set; it is called again if the set was replaced
   * @throws ElboException if there is no manifest, or what {@code reader} throws
   */
  public static <T> T read(
      Path folder, String manifest, String remedy, Function<FileSet, T> reader) {
    for (int attempt = 1; ; attempt++) {
      var files = new FileSet(folder, manifest, remedy);
      try {
        return reader.apply(files);
      } catch (ElboException e) {
        if (files.isCurrent()) {
          throw e;
        }
        if (attempt == ATTEMPTS) {
          throw ElboException.in(
              folder, "another run replaces the files again and again: read them when it is done");
        }
      }
    }
  }

  private boolean isCurrent() {
    return readText(folder.resolve(manifest)).equals(text);
  }

  private static String readText(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw ElboException.cannot("be read", file, e);
    }
  }

  /**
   * The document of the manifest.
   *
   * @throws ElboException if it is not such a record
   */
  public <R> R manifest(Class<R> type) {
    return Json.parse(folder.resolve(manifest), text, type);
  }

  /**
   * The document of the manifest.
   *
   * @param otherwise what to say if it is not such a record, with {@code %s} for the reason
   * @throws ElboException saying that
   */
  public <R> R manifest(Class<R> type, String otherwise) {
    try {
      return Json.parse(Path.of(manifest), text, type);
    } catch (ElboException e) {
      throw ElboException.in(folder.resolve(manifest), otherwise.formatted(e.getMessage()));
    }
  }

  /** Whether the manifest has the hash of a file, which is checked then. */
  public boolean isChecked(String name) {
    return sha256.containsKey(name);
  }

  /**
   * Reads a file of the set. The bytes that are hashed are those that are read.
   *
   * @param name its name
   * @param parser what reads it
   * @throws ElboException if it cannot be read, is not the one of the manifest, or what {@code
   *     parser} throws
   */
  public <T> T read(String name, Parser<T> parser) {
    Path file = folder.resolve(name);
    String expected = sha256.get(name);
    Optional<String> found = Optional.empty();
    // The second is renamed to the first at any time.
    for (Path candidate : List.of(file, folder.resolve(pending(name)), file)) {
      try (var channel = FileChannel.open(candidate, StandardOpenOption.READ);
          var in = new DigestInputStream(Channels.newInputStream(channel), Sha256.digest())) {
        Supplier<T> value = parse(file, parser, in, channel.size());
        in.transferTo(OutputStream.nullOutputStream());
        found = Optional.of(Sha256.hex(in.getMessageDigest()));
        if (expected == null || expected.equals(found.get())) {
          return value.get();
        }
      } catch (NoSuchFileException _) {
        // Not this one, then.
      } catch (IOException e) {
        throw ElboException.cannot("be read", file, e);
      }
    }
    throw found
        .map(
            hash ->
                ElboException.in(
                    file,
                    "the file is not the one that %s describes: its SHA-256 is %s, expected %s; %s"
                        .formatted(manifest, hash, expected, remedy)))
        .orElseGet(
            () -> ElboException.cannot("be read", file, new NoSuchFileException(file.toString())));
  }

  /** Gives what was read, or throws what is wrong with it; not asked if the file is damaged. */
  private static <T> Supplier<T> parse(Path file, Parser<T> parser, InputStream in, long bytes) {
    try {
      T value = parser.parse(file, in, bytes);
      return () -> value;
    } catch (ElboException e) {
      return () -> {
        throw e;
      };
    } catch (IOException e) {
      return () -> {
        throw ElboException.cannot("be read", file, e);
      };
    }
  }
}
