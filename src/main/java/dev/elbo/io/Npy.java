package dev.elbo.io;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An array in NumPy's format {@code .npy} (<a
 * href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</a>).
 */
final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int HEADER_ALIGNMENT = 64;
  private static final int MAX_HEADER_BYTES = 1 << 16;

  private static final Pattern DTYPE = Pattern.compile("'descr': *'([<>|=])(\\w+)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order': *(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([0-9, ]*)\\)");

  private Npy() {}

  /** A broken rule of the format. */
  static final class Malformed extends IOException {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  /**
   * Reads an array to its end.
   *
   * @param name its name, for errors
   * @param in its bytes; not closed
   * @param entryBytes how many bytes it has with its header
   * @throws Malformed if it is no array of numbers, or has another number of bytes
   */
  static Tensor read(String name, DataInputStream in, long entryBytes) throws IOException {
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
      throw new Malformed("%s: its directory gives it another number of bytes".formatted(name));
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
   * Writes an array, row-major.
   *
   * @param out gets its bytes; not closed
   */
  static void write(OutputStream out, Tensor tensor) throws IOException {
    out.write(header(tensor));
    out.write(bytes(tensor));
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
}
