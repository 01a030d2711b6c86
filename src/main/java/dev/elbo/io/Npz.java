package dev.elbo.io;

import dev.elbo.ElboException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's {@code .npz}, as {@code np.savez} and {@code np.savez_compressed} write it: a zip file
 * with a {@code .npy} entry for each array. See <a
 * href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">NumPy's
 * description</a>. Read are numbers and booleans of either byte order and either order of
 * dimensions; what would need a pickle is refused.
 */
public final class Npz {

  private static final String EXTENSION = ".npy";

  /** In {@code x.pt} it is {@code x/data.pkl}. */
  private static final String TORCH_ENTRY = "/data.pkl";

  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int LOCAL_HEADER_BYTES = 30;
  private static final int DIRECTORY_HEADER = 0x02014b50;
  private static final int DIRECTORY_END = 0x06054b50;
  private static final int END_BYTES = 22;

  /** Flag of an entry whose sizes follow it: whoever wrote it could not go back. */
  private static final int HAS_DESCRIPTOR = 8;

  private Npz() {}

  /**
   * Reads a file. Nothing is inflated before the file is known to hold no more than it may.
   *
   * @param file the file
   * @param most how many bytes the arrays may have together, uncompressed
   * @return the arrays by name, row-major, in the order of the file
   * @throws ElboException if it cannot be read, is malformed, damaged or larger than that, or holds
   *     something else than numbers
   */
  public static SequencedMap<String, Tensor> read(Path file, long most) {
    try (var zip = new ZipFile(file.toFile());
        var channel = FileChannel.open(file)) {
      List<? extends ZipEntry> entries = zip.stream().toList();
      requireArrays(file, entries, most);
      requireHeaders(entries, channel);
      var tensors = new LinkedHashMap<String, Tensor>();
      for (ZipEntry entry : entries) {
        String name = entry.getName().substring(0, entry.getName().length() - EXTENSION.length());
        var crc = new CRC32();
        try (var in = new DataInputStream(new CheckedInputStream(zip.getInputStream(entry), crc))) {
          tensors.put(name, Npy.read(name, in, entry.getSize()));
        }
        if (crc.getValue() != entry.getCrc()) {
          throw new Npy.Malformed(
              "%s is damaged: its CRC-32 is %08x, expected %08x; take a good copy of the file"
                  .formatted(name, crc.getValue(), entry.getCrc()));
        }
      }
      return tensors;
    } catch (Npy.Malformed | ZipException | EOFException e) {
      String why = e.getMessage() == null ? "it ends too early" : e.getMessage();
      throw ElboException.in(file, "not a valid .npz file: " + why);
    } catch (IOException e) {
      throw ElboException.cannot("be read", file, e);
    }
  }

  private static void requireArrays(Path file, List<? extends ZipEntry> entries, long most)
      throws Npy.Malformed {
    long bytes = 0;
    var names = new HashSet<String>();
    for (ZipEntry entry : entries) {
      if (!names.add(entry.getName())) {
        throw new Npy.Malformed(
            "%s is there twice".formatted(Printable.shortened(entry.getName())));
      }
      if (entry.getName().endsWith(TORCH_ENTRY)) {
        throw ElboException.in(
            file,
            "this is a file of torch.save, whose pickle is not read; save the tensors under their"
                + " names, as safetensors or by np.savez");
      }
      if (!entry.getName().endsWith(EXTENSION)) {
        throw new Npy.Malformed(
            "it holds %s, which is no .npy array".formatted(Printable.shortened(entry.getName())));
      }
      bytes += entry.getSize();
      if (bytes < 0 || bytes > most) {
        throw ElboException.in(
            file,
            "expected at most %,d bytes of tensors, found more at %s; save only what is asked for"
                .formatted(most, Printable.shortened(entry.getName())));
      }
    }
  }

  /**
   * Checks that the file is its entries, each behind a header with the name that the directory at
   * the end has for it, and that directory. CRC-32 protects the arrays; this protects their names,
   * which stand in both places.
   */
  private static void requireHeaders(List<? extends ZipEntry> entries, FileChannel channel)
      throws IOException {
    long at = 0;
    for (ZipEntry entry : entries) {
      ByteBuffer header = bytes(channel, at, LOCAL_HEADER_BYTES);
      int nameBytes = Short.toUnsignedInt(header.getShort(26));
      int extraBytes = Short.toUnsignedInt(header.getShort(28));
      at += LOCAL_HEADER_BYTES;
      if (header.getInt(0) != LOCAL_HEADER
          || !name(channel, at, nameBytes).equals(entry.getName())) {
        throw new Npy.Malformed(
            "its directory has an entry %s, which is not in its place"
                .formatted(Printable.shortened(entry.getName())));
      }
      at += nameBytes + extraBytes + entry.getCompressedSize();
      boolean described = (header.getShort(6) & HAS_DESCRIPTOR) != 0;
      at += described ? descriptorBytes(channel, at) : 0;
    }
    long end = channel.size() - END_BYTES;
    if (!isHeader(channel, at, DIRECTORY_HEADER) || !isHeader(channel, end, DIRECTORY_END)) {
      throw new Npy.Malformed("it holds something other than its entries");
    }
  }

  private static String name(FileChannel channel, long at, int count) throws IOException {
    return StandardCharsets.UTF_8.decode(bytes(channel, at, count)).toString();
  }

  /** After an entry: sizes of 32 or 64 bits, with a signature or without. */
  private static int descriptorBytes(FileChannel channel, long at) throws IOException {
    for (int length : new int[] {12, 16, 20, 24}) {
      if (isHeader(channel, at + length, LOCAL_HEADER)
          || isHeader(channel, at + length, DIRECTORY_HEADER)) {
        return length;
      }
    }
    throw new Npy.Malformed("it holds something other than its entries");
  }

  private static boolean isHeader(FileChannel channel, long at, int signature) throws IOException {
    return bytes(channel, at, Integer.BYTES).getInt() == signature;
  }

  private static ByteBuffer bytes(FileChannel channel, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new EOFException();
      }
    }
    return bytes.flip();
  }

  /**
   * Writes a file, whole or not at all. The same input gives the same bytes.
   *
   * @param file the file; its folder must exist
   * @param tensors the arrays by name. Not modified.
   * @throws ElboException if the file cannot be written
   */
  public static void write(Path file, SequencedMap<String, ? extends Tensor> tensors) {
    AtomicFile.write(file, out -> write(out, tensors));
  }

  private static void write(OutputStream out, SequencedMap<String, ? extends Tensor> tensors)
      throws IOException {
    try (var zip = new ZipOutputStream(out)) {
      for (var tensor : tensors.entrySet()) {
        var entry = new ZipEntry(tensor.getKey() + EXTENSION);
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        zip.putNextEntry(entry);
        Npy.write(zip, tensor.getValue());
        zip.closeEntry();
      }
    }
  }
}
