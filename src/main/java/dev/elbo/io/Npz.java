package dev.elbo.io;

import dev.elbo.ElboException;
import java.io.ByteArrayOutputStream;
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
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final String EXTENSION = ".npy";

  /** In {@code x.pt} it is {@code x/data.pkl}. */
  private static final String TORCH_ENTRY = "/data.pkl";

  private static final int HEADER_ALIGNMENT = 64;
  private static final int MAX_HEADER_BYTES = 1 << 16;

  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int LOCAL_HEADER_BYTES = 30;
  private static final int DIRECTORY_HEADER = 0x02014b50;
  private static final int DIRECTORY_END = 0x06054b50;
  private static final int END_BYTES = 22;

  /** Flag of an entry whose sizes stand behind it: whoever wrote it could not go back. */
  private static final int HAS_DESCRIPTOR = 8;

  private static final Pattern DTYPE = Pattern.compile("'descr': *'([<>|=])(\\w+)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order': *(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([0-9, ]*)\\)");

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
          tensors.put(name, array(name, in, entry.getSize()));
        }
        if (crc.getValue() != entry.getCrc()) {
          throw new Malformed(
              "%s is damaged: its CRC-32 is %08x, expected %08x; take a good copy of the file"
                  .formatted(name, crc.getValue(), entry.getCrc()));
        }
      }
      return tensors;
    } catch (Malformed | ZipException | EOFException e) {
      String why = e.getMessage() == null ? "it ends too early" : e.getMessage();
      throw ElboException.in(file, "not a valid .npz file: " + why);
    } catch (IOException e) {
      throw ElboException.cannot("be read", file, e);
    }
  }

  private static void requireArrays(Path file, List<? extends ZipEntry> entries, long most)
      throws Malformed {
    long bytes = 0;
    var names = new HashSet<String>();
    for (ZipEntry entry : entries) {
      if (!names.add(entry.getName())) {
        throw new Malformed("%s is there twice".formatted(Printable.shortened(entry.getName())));
      }
      if (entry.getName().endsWith(TORCH_ENTRY)) {
        throw ElboException.in(
            file,
            "this is a file of torch.save, whose pickle is not read; save the tensors under their"
                + " names, as safetensors or by np.savez");
      }
      if (!entry.getName().endsWith(EXTENSION)) {
        throw new Malformed(
            "it holds %s, which is no .npy array".formatted(Printable.shortened(entry.getName())));
      }
      bytes += entry.getSize();
      if (bytes < 0 || bytes > most) {
        throw ElboException.in(
            file,
            "expected at most %,d bytes of tensors, found more at %s; save what is asked for only"
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
        throw new Malformed(
            "its directory has an entry %s, which is not in its place"
                .formatted(Printable.shortened(entry.getName())));
      }
      at += nameBytes + extraBytes + entry.getCompressedSize();
      boolean described = (header.getShort(6) & HAS_DESCRIPTOR) != 0;
      at += described ? descriptorBytes(channel, at) : 0;
    }
    long end = channel.size() - END_BYTES;
    if (!isHeader(channel, at, DIRECTORY_HEADER) || !isHeader(channel, end, DIRECTORY_END)) {
      throw new Malformed("it holds something else than its entries");
    }
  }

  private static String name(FileChannel channel, long at, int count) throws IOException {
    return StandardCharsets.UTF_8.decode(bytes(channel, at, count)).toString();
  }

  /** Behind an entry: sizes of 32 or 64 bits, with a signature or without. */
  private static int descriptorBytes(FileChannel channel, long at) throws IOException {
    for (int length : new int[] {12, 16, 20, 24}) {
      if (isHeader(channel, at + length, LOCAL_HEADER)
          || isHeader(channel, at + length, DIRECTORY_HEADER)) {
        return length;
      }
    }
    throw new Malformed("it holds something else than its entries");
  }

  private static boolean isHeader(FileChannel channel, long at, int signature) throws IOException {
    return bytes(channel, at, Integer.BYTES).getInt() == signature;
  }

  private static ByteBuffer bytes(FileChannel channel, long at, int count) throws IOException {
    ByteBuffer bytes = littleEndian(new byte[count]);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new EOFException();
      }
    }
    return bytes.flip();
  }

  /**
   * Reads an array to its end.
   *
   * @param entryBytes how many bytes it has with its header
   */
  private static Tensor array(String name, DataInputStream in, long entryBytes) throws IOException {
    byte[] magic = in.readNBytes(MAGIC.length);
    if (!Arrays.equals(MAGIC, magic)) {
      throw new Malformed("%s does not begin like a .npy array".formatted(name));
    }
    int version = in.readUnsignedByte();
    in.readUnsignedByte();
    int length =
        version == 1
            ? Short.toUnsignedInt(Short.reverseBytes(in.readShort()))
            : Integer.reverseBytes(in.readInt());
    if (version < 1 || version > 3 || length < 0 || length > MAX_HEADER_BYTES) {
      throw new Malformed(
          "%s: version %d with a header of %d bytes is not known".formatted(name, version, length));
    }
    String header = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    Matcher dtype = matcher(DTYPE, name, header);
    boolean columnMajor = matcher(ORDER, name, header).group(1).equals("True");
    int[] shape = shape(name, matcher(SHAPE, name, header).group(1));
    int size = size(name, shape);
    long dataBytes = (long) size * width(name, dtype.group(2));
    int before = MAGIC.length + 2 + (version == 1 ? Short.BYTES : Integer.BYTES) + length;
    if (entryBytes != before + dataBytes) {
      throw new Malformed(
          "%s: shape %s has %d bytes, found %d"
              .formatted(name, Arrays.toString(shape), dataBytes, entryBytes - before));
    }
    byte[] data = in.readNBytes((int) dataBytes);
    if (data.length < dataBytes || in.read() >= 0) {
      throw new Malformed("%s: its directory has another number of bytes for it".formatted(name));
    }
    ByteOrder order = dtype.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return values(dtype.group(2), shape, columnMajor, size, ByteBuffer.wrap(data).order(order));
  }

  /** Bytes of a value. */
  private static int width(String name, String dtype) throws Malformed {
    return switch (dtype) {
      case "b1", "i1", "u1" -> 1;
      case "f2", "i2", "u2" -> 2;
      case "f4", "i4", "u4" -> 4;
      case "f8", "i8" -> 8;
      default ->
          throw new Malformed(
              "%s: expected real numbers, integers or booleans, found the type %s; convert it, as in np.asarray(x, np.float64)"
                  .formatted(name, dtype));
    };
  }

  private static Matcher matcher(Pattern pattern, String name, String header) throws Malformed {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new Malformed(
          "%s: expected an array of numbers, found the header %s"
              .formatted(name, Printable.shortened(header.strip())));
    }
    return matcher;
  }

  private static int[] shape(String name, String text) throws Malformed {
    try {
      return Arrays.stream(text.split(","))
          .map(String::strip)
          .filter(length -> !length.isEmpty())
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (NumberFormatException _) {
      throw new Malformed("%s: no shape: (%s)".formatted(name, text));
    }
  }

  private static int size(String name, int[] shape) throws Malformed {
    long size = 1;
    for (int length : shape) {
      size *= length;
      if (size > Integer.MAX_VALUE / Long.BYTES) {
        throw new Malformed(
            "%s: shape %s is more than an array of Java can hold"
                .formatted(name, Arrays.toString(shape)));
      }
    }
    return (int) size;
  }

  /** Narrow types become the narrowest {@link Tensor} that holds them. */
  private static Tensor values(
      String dtype, int[] shape, boolean columnMajor, int size, ByteBuffer bytes) {
    int[] place = columnMajor ? columnMajor(shape, size) : null;
    switch (dtype) {
      case "f2", "f4" -> {
        float[] values = new float[size];
        for (int n = 0; n < size; n++) {
          values[place == null ? n : place[n]] =
              dtype.equals("f2") ? Float.float16ToFloat(bytes.getShort()) : bytes.getFloat();
        }
        return new Tensor.Float32(shape, values);
      }
      case "f8" -> {
        double[] values = new double[size];
        for (int n = 0; n < size; n++) {
          values[place == null ? n : place[n]] = bytes.getDouble();
        }
        return new Tensor.Float64(shape, values);
      }
      case "b1", "i1", "u1", "i2", "u2", "i4" -> {
        int[] values = new int[size];
        for (int n = 0; n < size; n++) {
          values[place == null ? n : place[n]] =
              switch (dtype) {
                case "i1" -> bytes.get();
                case "i2" -> bytes.getShort();
                case "u2" -> Short.toUnsignedInt(bytes.getShort());
                case "i4" -> bytes.getInt();
                default -> Byte.toUnsignedInt(bytes.get());
              };
        }
        return new Tensor.Int32(shape, values);
      }
      default -> {
        long[] values = new long[size];
        for (int n = 0; n < size; n++) {
          values[place == null ? n : place[n]] =
              dtype.equals("u4") ? Integer.toUnsignedLong(bytes.getInt()) : bytes.getLong();
        }
        return new Tensor.Int64(shape, values);
      }
    }
  }

  /** Where each value of an array with the first dimension fastest stands row-major. */
  private static int[] columnMajor(int[] shape, int size) {
    int[] place = new int[size];
    int[] index = new int[shape.length];
    for (int n = 0; n < size; n++) {
      int at = 0;
      for (int d = 0; d < shape.length; d++) {
        at = at * shape[d] + index[d];
      }
      place[n] = at;
      for (int d = 0; d < shape.length && ++index[d] == shape[d]; d++) {
        index[d] = 0;
      }
    }
    return place;
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
        zip.write(header(tensor.getValue()));
        zip.write(bytes(tensor.getValue()));
        zip.closeEntry();
      }
    }
  }

  private static byte[] header(Tensor tensor) {
    String dtype =
        switch (tensor) {
          case Tensor.Float32 _ -> "<f4";
          case Tensor.Float64 _ -> "<f8";
          case Tensor.Int32 _ -> "<i4";
          case Tensor.Int64 _ -> "<i8";
        };
    String shape =
        Arrays.stream(tensor.shape())
            .mapToObj(length -> length + ",")
            .collect(Collectors.joining(" ", "(", ")"));
    String text = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(dtype, shape);
    int before = MAGIC.length + 2 + Short.BYTES;
    int length =
        Math.ceilDiv(before + text.length() + 1, HEADER_ALIGNMENT) * HEADER_ALIGNMENT - before;
    var header = new ByteArrayOutputStream();
    header.writeBytes(MAGIC);
    header.writeBytes(new byte[] {1, 0, (byte) length, (byte) (length >> 8)});
    header.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    header.writeBytes(" ".repeat(length - text.length() - 1).getBytes(StandardCharsets.US_ASCII));
    header.write('\n');
    return header.toByteArray();
  }

  private static byte[] bytes(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Float32(_, float[] values) -> {
        byte[] bytes = new byte[values.length * Float.BYTES];
        littleEndian(bytes).asFloatBuffer().put(values);
        yield bytes;
      }
      case Tensor.Float64(_, double[] values) -> {
        byte[] bytes = new byte[values.length * Double.BYTES];
        littleEndian(bytes).asDoubleBuffer().put(values);
        yield bytes;
      }
      case Tensor.Int32(_, int[] values) -> {
        byte[] bytes = new byte[values.length * Integer.BYTES];
        littleEndian(bytes).asIntBuffer().put(values);
        yield bytes;
      }
      case Tensor.Int64(_, long[] values) -> {
        byte[] bytes = new byte[values.length * Long.BYTES];
        littleEndian(bytes).asLongBuffer().put(values);
        yield bytes;
      }
    };
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A broken rule of the format. */
  private static final class Malformed extends IOException {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }
}
