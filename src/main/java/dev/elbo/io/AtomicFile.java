package dev.elbo.io;

import dev.elbo.ElboException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Files that appear whole or not at all: written to a temporary name in the same folder, flushed to
 * disk, then renamed.
 */
public final class AtomicFile {

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
    Path temporary = temporarySibling(file);
    try {
      try (var channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        var out = new Unclosed(Channels.newOutputStream(channel));
        content.writeTo(out);
        out.flush();
        channel.force(true);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw ElboException.cannot("be written", file, e);
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
   * A hidden name in the same folder that nothing has yet.
   *
   * @param path a file or folder
   */
  public static Path temporarySibling(Path path) {
    return path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  /**
   * Deletes the temporary files that a program left in a folder when it was killed. Nothing else
   * may be writing there.
   *
   * @param folder the folder
   * @throws ElboException if that is not possible
   */
  public static void deleteLeftovers(Path folder) {
    try (var leftovers =
        Files.newDirectoryStream(folder, ".*.????????-????-????-????-????????????.tmp")) {
      for (Path leftover : leftovers) {
        Files.delete(leftover);
      }
    } catch (IOException e) {
      throw ElboException.cannot("be cleared of temporary files", folder, e);
    }
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
