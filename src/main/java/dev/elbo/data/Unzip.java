package dev.elbo.data;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Unpacks a zip archive that nobody vouches for. All names are checked before anything is written,
 * so that an entry that points outside the folder ("zip slip") does no harm. A link in the archive
 * comes out as an ordinary file that holds the link's text: nothing can be written through it.
 */
final class Unzip {
  private Unzip() {}

  /**
   * Unpacks an archive and flushes its files to disk.
   *
   * @param archive the archive. Not modified.
   * @param folder where to; made if missing
   * @throws ZipException if the archive is damaged, or an entry would land outside the folder; in
   *     that case nothing is written
   * @throws IOException if a file cannot be written; what is unpacked stays
   */
  static void unzip(Path archive, Path folder) throws IOException {
    try (var zip = new ZipFile(archive.toFile())) {
      Map<ZipEntry, Path> targets = new LinkedHashMap<>();
      for (ZipEntry entry : Collections.list(zip.entries())) {
        targets.put(entry, target(folder, entry));
      }
      Files.createDirectories(folder);
      for (var each : targets.entrySet()) {
        if (each.getKey().isDirectory()) {
          Files.createDirectories(each.getValue());
        } else {
          Files.createDirectories(each.getValue().getParent());
          try (var in = zip.getInputStream(each.getKey());
              var out = new FileOutputStream(each.getValue().toFile())) {
            in.transferTo(out);
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
