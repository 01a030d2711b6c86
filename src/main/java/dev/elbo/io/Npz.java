package dev.elbo.io;

import dev.elbo.ElboException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

  private static final Pattern DTYPE = Pattern.compile("'descr': *'([<>|=])(\\w+)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order': *(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([0-9, ]*)\\)");

  private Npz() {}

  /**
   * Reads a file.
   *
   * @param file the file
   * @return the arrays by name, row-major, in the order of the file
   * @throws ElboException if it cannot be read, is malformed, or holds something else than numbers
   */
  public static SequencedMap<String, Tensor> read(Path file) {
    try (var zip = new ZipFile(file.toFile())) {
      var tensors = new LinkedHashMap<String, Tensor>();
      for (ZipEntry entry : zip.stream().toList()) {
        String name = entry.getName();
        if (name.endsWith(TORCH_ENTRY)) {
          throw ElboException.in(
              file,
              "this is a file of torch.save, whose pickle is not read; save the tensors under their"
                  + " names, as safetensors or by np.savez");
        }
        if (!name.endsWith(EXTENSION)) {
          throw new Malformed("it holds %s, which is no .npy array".formatted(name));
        }
        String tensor = name.substring(0, name.length() - EXTENSION.length());
        try (InputStream in = zip.getInputStream(entry)) {
          tensors.put(tensor, array(tensor, new DataInputStream(in)));
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

  private static Tensor array(String name, DataInputStream in) throws IOException {
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
    ByteBuffer bytes =
        ByteBuffer.wrap(in.readAllBytes())
            .order(dtype.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    try {
      Tensor tensor = values(name, dtype.group(2), shape, columnMajor, size, bytes);
      if (bytes.hasRemaining()) {
        throw new Malformed("%s: %d bytes too many".formatted(name, bytes.remaining()));
      }
      return tensor;
    } catch (BufferUnderflowException _) {
      throw new Malformed("%s: too few bytes for shape %s".formatted(name, Arrays.toString(shape)));
    }
  }

  private static Matcher matcher(Pattern pattern, String name, String header) throws Malformed {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new Malformed(
          "%s: expected an array of numbers, found the header %s".formatted(name, header.strip()));
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
      if (size > Integer.MAX_VALUE) {
        throw new Malformed(
            "%s: shape %s is more than an array of Java can hold"
                .formatted(name, Arrays.toString(shape)));
      }
    }
    return (int) size;
  }

  /** Narrow types become the narrowest {@link Tensor} that holds them. */
  private static Tensor values(
      String name, String dtype, int[] shape, boolean columnMajor, int size, ByteBuffer bytes)
      throws Malformed {
    if (bytes.remaining() < size) {
      throw new BufferUnderflowException(); // before anything is allocated
    }
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
      case "u4", "i8" -> {
        long[] values = new long[size];
        for (int n = 0; n < size; n++) {
          values[place == null ? n : place[n]] =
              dtype.equals("u4") ? Integer.toUnsignedLong(bytes.getInt()) : bytes.getLong();
        }
        return new Tensor.Int64(shape, values);
      }
      default ->
          throw new Malformed(
              "%s: expected real numbers, integers or booleans, found the type %s; convert it, as in np.asarray(x, np.float64)"
                  .formatted(name, dtype));
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
