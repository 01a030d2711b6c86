package dev.elbo.data.fetch;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Unpacks a zip archive that nobody vouches for. All names are checked before anything is written,
 * so that an entry that points outside the folder ("zip slip") does no harm. A link in the archive
 * comes out as an ordinary file that holds the link's text: nothing can be written through it. What
 * comes out is limited ({@link UnpackLimit}), and is what the archive's checksums say.
 */
final class Unzip {
  private Unzip() {}

  /**
   * Unpacks an archive and flushes its files to disk.
   *
   * @param archive the archive. Not modified.
   * @param folder where to; made if missing
   * @throws ZipException if an entry would land outside the folder, in which case nothing is
   *     written, or the archive is damaged or holds too much
   * @throws IOException if a file cannot be written; what is unpacked stays
   */
  static void unzip(Path archive, Path folder) throws IOException {
    try (var zip = new ZipFile(archive.toFile())) {
      Map<ZipEntry, Path> targets = new LinkedHashMap<>();
      for (ZipEntry entry : Collections.list(zip.entries())) {
        targets.put(entry, target(folder, entry));
      }
      Files.createDirectories(folder);
      var limit = new UnpackLimit(archive);
      limit.requireFiles(targets.size());
      for (var each : targets.entrySet()) {
        if (each.getKey().isDirectory()) {
          Files.createDirectories(each.getValue());
        } else {
          Files.createDirectories(each.getValue().getParent());
          // Java checks the CRC only where it reads an archive from its beginning to its end.
          try (var in = new CheckedInputStream(zip.getInputStream(each.getKey()), new CRC32());
              var out = new FileOutputStream(each.getValue().toFile())) {
            limit.copy(in, out);
            if (in.getChecksum().getValue() != each.getKey().getCrc()) {
              throw new ZipException("entry \"%s\" is damaged".formatted(each.getKey().getName()));
            }
            out.getFD().sync();
          }
        }
      }
    }
  }

  private static Path target(Path folder, ZipEntry entry) throws ZipException {
    try {
      Path target = folder.resolve(entry.getName()).normalize();
      if (target.startsWith(folder.normalize())) {
        return target;
      }
    } catch (InvalidPathException _) {
      // A name that this file system cannot hold: refused below.
    }
    throw new ZipException("entry \"%s\" lies outside its folder".formatted(entry.getName()));
  }
}
