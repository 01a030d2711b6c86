package dev.elbo.data.fetch;

import dev.elbo.io.GzipInput;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipException;

/**
 * Unpacks a tar archive in gzip that nobody vouches for. Its files come out of their folders, so
 * that none can land elsewhere. A tar archive within comes out as one text of its name, its files
 * one after the other, as the Netflix Prize has one for each film. What comes out is limited
 * ({@link UnpackLimit}).
 */
final class Untar {
  private static final String TAR = ".tar";

  private Untar() {}

  /**
   * Unpacks an archive and flushes its files to disk.
   *
   * @param archive the archive. Not modified.
   * @param folder where to; made if missing
   * @throws ZipException if the archive is damaged, holds too much, or a file has no name that can
   *     be written
   * @throws java.io.EOFException if the archive ends early
   * @throws IOException if a file cannot be written; what is unpacked stays
   */
  static void untar(Path archive, Path folder) throws IOException {
    Files.createDirectories(folder);
    var limit = new UnpackLimit(archive);
    try (InputStream in = new GzipInput(Files.newInputStream(archive))) {
      var files = new TarFiles(in);
      for (Optional<String> name = files.next(); name.isPresent(); name = files.next()) {
        boolean isTar = name.get().endsWith(TAR);
        String text = isTar ? name.get().replaceAll("\\.tar$", ".txt") : name.get();
        try (var out = new FileOutputStream(target(folder, text).toFile())) {
          if (isTar) {
            join(new TarFiles(files), limit, out);
          } else {
            limit.copy(files, out);
          }
          out.getFD().sync();
        }
      }
      in.transferTo(OutputStream.nullOutputStream()); // to its checksum
    }
  }

  private static void join(TarFiles files, UnpackLimit limit, OutputStream out) throws IOException {
    while (files.next().isPresent()) {
      limit.copy(files, out);
    }
  }

  private static Path target(Path folder, String name) throws ZipException {
    try {
      Path target = folder.resolve(name).normalize();
      if (folder.normalize().equals(target.getParent())) {
        return target;
      }
    } catch (InvalidPathException _) {
      // A name that this file system cannot hold: refused below.
    }
    throw new ZipException("entry \"%s\" has no name for a file".formatted(name));
  }
}
