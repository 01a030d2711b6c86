package dev.elbo.io;

import dev.elbo.ElboException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Files that appear whole or not at all: written to a temporary name in the same folder, flushed to
 * disk, then renamed; the folder is flushed, too, since a name is an entry of the folder.
 */
public final class AtomicFile {

  private static final Pattern UUID_TMP =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

  private AtomicFile() {}

  /** What a file is to hold. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes all of it.
     *
     * @param out buffered; closing it is allowed, and only flushes it
     * @throws IOException if {@code out} does
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file, or replaces it. If anything fails, the file is as it was before.
   *
   * @param file the file; its folder must exist
   * @param content what it is to hold
   * @throws ElboException if the file cannot be written
   */
  public static void write(Path file, Content content) {
    requireFolder(file);
    deleteLeftovers(file);
    Path temporary = temporarySibling(file);
    try {
      try (var channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        isOurs(channel);
        writeThrough(channel, content);
        move(temporary, file);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw ElboException.cannot("be written", file, e);
    }
  }

  /** Writes a file in place; it may be cut off if anything fails. */
  static void writeInPlace(Path file, Content content) throws IOException {
    try (var channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeThrough(channel, content);
    }
  }

  private static void writeThrough(FileChannel channel, Content content) throws IOException {
    var out = new Unclosed(Channels.newOutputStream(channel));
    content.writeTo(out);
    out.flush();
    channel.force(true);
  }

  /**
   * Locks a temporary file, so that nobody takes it for that of a program that was killed; or finds
   * that somebody is writing it. The lock goes with the channel.
   */
  private static boolean isOurs(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (IOException | OverlappingFileLockException _) {
      return false; // The file system has no locks, or another thread writes it.
    }
  }

  /**
   * Renames a file or folder in one step that is on disk when this returns. A file that has the new
   * name is replaced.
   *
   * @param from what to rename; its own content is on disk already
   * @param to its new name, in the same file system
   * @throws IOException if that is not possible; then nothing is changed
   */
  public static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    flushFolder(to.toAbsolutePath().getParent());
  }

  /** Flushes the names in a folder to disk, where the operating system lets Java do so. */
  public static void flushFolder(Path folder) {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException _) {
      // Windows opens no folders, and some file systems flush none: they write names by themselves.
    }
  }

  /**
   * Checks that a file can be written where it is to be. For work that takes a while before there
   * is anything to write.
   *
   * @param file the file
   * @throws ElboException if its folder is missing or may not be written to, or the file is a
   *     folder
   */
  public static void requireFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw ElboException.in(file, "cannot be written: it is a folder");
    }
    if (!Files.isDirectory(folder)) {
      throw ElboException.in(file, "cannot be written: there is no folder " + folder);
    }
    if (!Files.isWritable(folder)) {
      throw ElboException.in(file, "cannot be written: no permission for the folder " + folder);
    }
  }

  /**
   * Makes a folder, and those that it is in, where there is none.
   *
   * @param folder the folder
   * @throws ElboException if that is not possible
   */
  public static void makeFolder(Path folder) {
    if (Files.isRegularFile(folder)) {
      throw ElboException.in(folder, "it is a file; choose another name for the folder");
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw ElboException.cannot("be made", folder, e);
    }
  }

  /**
   * Writes a text file in UTF-8, or replaces it.
   *
   * @param file the file; its folder must exist
   * @param text what it is to hold
   * @throws ElboException if the file cannot be written
   */
  public static void writeString(Path file, String text) {
    write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Deletes a file, if there is one.
   *
   * @param file the file
   * @throws ElboException if that is not possible
   */
  public static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw ElboException.cannot("be deleted", file, e);
    }
  }

  /** A hidden name in the same folder that nothing has yet. */
  private static Path temporarySibling(Path path) {
    return path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  /**
   * Deletes what {@link #write} left of a file when the program was killed.
   *
   * @param file the file; its folder exists
   * @throws ElboException if that is not possible
   */
  public static void deleteLeftovers(Path file) {
    String name = file.getFileName().toString();
    Path folder = file.toAbsolutePath().getParent();
    try (var leftovers =
        Files.newDirectoryStream(
            folder, found -> isLeftover(found.getFileName().toString(), name))) {
      for (Path leftover : leftovers) {
        deleteUnlessWritten(leftover);
      }
    } catch (IOException e) {
      throw ElboException.cannot("be cleared of temporary files", folder, e);
    }
  }

  private static void deleteUnlessWritten(Path leftover) throws IOException {
    try (var channel = FileChannel.open(leftover, StandardOpenOption.WRITE)) {
      if (isOurs(channel)) {
        Files.deleteIfExists(leftover);
      }
    } catch (NoSuchFileException _) {
      // It is written now.
    }
  }

  /**
   * Whether this is a name that a file has while it is written.
   *
   * @param found the name in question
   * @param name the name that the file has then
   */
  public static boolean isLeftover(String found, String name) {
    return found.startsWith("." + name + ".")
        && UUID_TMP.matcher(found.substring(name.length() + 2)).matches();
  }

  /** Leaves the file open for the flush to disk, whatever closes the stream. */
  private static final class Unclosed extends BufferedOutputStream {
    Unclosed(OutputStream out) {
      super(out, 1 << 16);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
