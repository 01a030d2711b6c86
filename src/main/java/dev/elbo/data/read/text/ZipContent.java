package dev.elbo.data.read.text;

import dev.elbo.ElboException;
import dev.elbo.io.Printable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The content of the only file in a zip archive, which is checked against its checksum. */
final class ZipContent extends FilterInputStream {
  private final ZipFile archive;
  private final ZipEntry entry;
  private final CRC32 crc;

  private ZipContent(ZipFile archive, ZipEntry entry, CRC32 crc) throws IOException {
    super(new CheckedInputStream(archive.getInputStream(entry), crc));
    this.archive = archive;
    this.entry = entry;
    this.crc = crc;
  }

  /**
   * Opens an archive.
   *
   * @param file the archive
   * @throws ElboException if it does not hold exactly one file, or is a file of another kind inside
   * @throws IOException if it is damaged
   */
  static ZipContent open(Path file) throws IOException {
    ZipFile archive;
    try {
      archive = new ZipFile(file.toFile());
    } catch (ZipException e) {
      throw damaged(e.getMessage());
    }
    try {
      return new ZipContent(archive, onlyEntry(file, archive), new CRC32());
    } catch (IOException | RuntimeException e) {
      archive.close();
      throw e;
    }
  }

  private static ZipEntry onlyEntry(Path file, ZipFile archive) {
    List<? extends ZipEntry> entries =
        archive.stream()
            .filter(entry -> !entry.isDirectory() && !entry.getName().startsWith("__MACOSX/"))
            .toList();
    List<String> names = entries.stream().map(ZipEntry::getName).toList();
    if (names.contains("[Content_Types].xml")) {
      throw ElboException.in(file, KnownFile.EXCEL.message(file));
    }
    if (!names.isEmpty() && names.stream().allMatch(name -> name.endsWith(".npy"))) {
      throw ElboException.in(file, KnownFile.NUMPY_ARCHIVE.message(file));
    }
    if (names.size() != 1) {
      throw ElboException.in(
          file,
          "expected a zip archive with one file, found %d (%s); unpack it and name the file"
              .formatted(
                  names.size(),
                  Printable.quoted(String.join(", ", names.stream().limit(10).toList()))));
    }
    return entries.getFirst();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count;
    try {
      count = super.read(bytes, offset, length);
    } catch (EOFException | ZipException e) {
      throw damaged(e.getMessage());
    }
    if (count < 0 && crc.getValue() != entry.getCrc()) {
      throw damaged("the file in it does not match its checksum");
    }
    return count;
  }

  private static IOException damaged(String how) {
    return new IOException("the zip archive is damaged (%s); fetch it again".formatted(how));
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }
}
