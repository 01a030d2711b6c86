package dev.elbo.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.elbo.ElboException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * The safetensors format: named arrays behind a JSON header, nothing executable. A file is the
 * header's length (64-bit), the header, and the arrays' bytes without gaps; all little-endian. See
 * <a href="https://github.com/huggingface/safetensors#format">the format's description</a>. Of its
 * element types, {@code F32}, {@code F64}, {@code I32} and {@code I64} are supported.
 *
 * @param file the file this was read from
 * @param tensors the arrays by name, in the header's order
 * @param metadata the strings of {@code __metadata__}
 */
public record Safetensors(
    Path file, SequencedMap<String, Tensor> tensors, Map<String, String> metadata) {

  private static final String METADATA = "__metadata__";
  private static final int HEADER_ALIGNMENT = 8;

  /** The format's own limit. */
  private static final int MAX_HEADER_BYTES = 100_000_000;

  private static final int CHUNK_BYTES = 1 << 16;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** The supported element types. */
  private enum Dtype {
    F32(ValueLayout.JAVA_FLOAT_UNALIGNED),
    F64(ValueLayout.JAVA_DOUBLE_UNALIGNED),
    I32(ValueLayout.JAVA_INT_UNALIGNED),
    I64(ValueLayout.JAVA_LONG_UNALIGNED);

    @SuppressWarnings("Immutable") // every memory layout is
    private final ValueLayout layout;

    Dtype(ValueLayout layout) {
      this.layout = layout.withOrder(ByteOrder.LITTLE_ENDIAN);
    }

    static Dtype of(Tensor tensor) {
      return switch (tensor) {
        case Tensor.Float32 _ -> F32;
        case Tensor.Float64 _ -> F64;
        case Tensor.Int32 _ -> I32;
        case Tensor.Int64 _ -> I64;
      };
    }

    Tensor zeros(int[] shape, int size) {
      return switch (this) {
        case F32 -> new Tensor.Float32(shape, new float[size]);
        case F64 -> new Tensor.Float64(shape, new double[size]);
        case I32 -> new Tensor.Int32(shape, new int[size]);
        case I64 -> new Tensor.Int64(shape, new long[size]);
      };
    }

    int bytes() {
      return Math.toIntExact(layout.byteSize());
    }
  }

  /** A tensor's line in the header; its bytes are {@code [begin, end)} behind the header. */
  private record Entry(String name, Dtype dtype, int[] shape, int size, long begin, long end) {}

  /**
   * A tensor of a known type and shape.
   *
   * @param name its name
   * @param type its type
   * @param shape the length that each dimension must have
   * @throws ElboException if it is missing, or has another type or shape
   */
  public <T extends Tensor> T get(String name, Class<T> type, int... shape) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw ElboException.in(file, "there is no tensor " + name);
    }
    if (!type.isInstance(tensor) || !Arrays.equals(tensor.shape(), shape)) {
      throw ElboException.in(
          file,
          "tensor %s: expected %s %s, found %s %s"
              .formatted(
                  name,
                  type.getSimpleName(),
                  Arrays.toString(shape),
                  tensor.getClass().getSimpleName(),
                  Arrays.toString(tensor.shape())));
    }
    return type.cast(tensor);
  }

  /**
   * These, if every number in them is finite.
   *
   * @throws ElboException naming the first that is not
   */
  public Safetensors requireFinite() {
    tensors.forEach(
        (name, tensor) ->
            tensor
                .firstNonFinite()
                .ifPresent(
                    at -> {
                      throw ElboException.in(
                          file,
                          "tensor %s: expected finite numbers, found %s at %s: the file is damaged, or"
                                  .formatted(
                                      Printable.shortened(name),
                                      Array.get(values(tensor), at),
                                      Arrays.toString(Tensor.index(tensor.shape(), at)))
                              + " its training diverged; take a good copy, or make it again");
                    }));
    return this;
  }

  /**
   * Writes a file, whole or not at all. The same input gives the same bytes.
   *
   * @param file the file; its folder must exist
   * @param tensors the arrays by name. Not modified.
   * @param metadata strings to store with them
   * @throws ElboException if the file cannot be written
   */
  public static void write(
      Path file, SequencedMap<String, ? extends Tensor> tensors, Map<String, String> metadata) {
    AtomicFile.write(file, out -> write(out, tensors, metadata));
  }

  /**
   * Writes what a file would hold.
   *
   * @param out where to; not closed
   * @param tensors the arrays by name. Not modified.
   * @param metadata strings to store with them
   * @throws IOException if {@code out} does
   */
  public static void write(
      OutputStream out,
      SequencedMap<String, ? extends Tensor> tensors,
      Map<String, String> metadata)
      throws IOException {
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException("a tensor cannot be called " + METADATA);
    }
    // Wide elements first, so that every array is aligned: readers that map the file rely on it.
    var byWidth = new ArrayList<Map.Entry<String, ? extends Tensor>>(tensors.entrySet());
    byWidth.sort(Comparator.comparingInt(entry -> -Dtype.of(entry.getValue()).bytes()));

    var begin = new HashMap<String, Long>();
    long end = 0;
    for (var entry : byWidth) {
      begin.put(entry.getKey(), end);
      end += byteSize(entry.getValue());
    }
    ObjectNode header = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      header.set(METADATA, JSON.valueToTree(new TreeMap<>(metadata)));
    }
    tensors.forEach(
        (name, tensor) -> {
          ObjectNode entry = header.putObject(name);
          entry.put("dtype", Dtype.of(tensor).name());
          entry.set("shape", JSON.valueToTree(tensor.shape()));
          entry
              .putArray("data_offsets")
              .add(begin.get(name))
              .add(begin.get(name) + byteSize(tensor));
        });
    byte[] json = JSON.writeValueAsBytes(header);
    byte[] padded =
        Arrays.copyOf(json, Math.ceilDiv(json.length, HEADER_ALIGNMENT) * HEADER_ALIGNMENT);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    out.write(littleEndian(new byte[Long.BYTES]).putLong(padded.length).array());
    out.write(padded);

    for (var entry : byWidth) {
      writeValues(out, entry.getValue());
    }
  }

  /**
   * Writes the values of an array as they stand in a file: row-major, each with its lowest byte
   * first.
   *
   * @param out where to; not closed
   * @param tensor the array. Not modified.
   * @throws IOException if {@code out} does
   */
  public static void writeValues(OutputStream out, Tensor tensor) throws IOException {
    Dtype dtype = Dtype.of(tensor);
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, byteSize(tensor))];
    int perChunk = chunk.length / dtype.bytes();
    MemorySegment bytes = MemorySegment.ofArray(chunk);
    for (int from = 0, size = size(tensor); from < size; from += perChunk) {
      int count = Math.min(perChunk, size - from);
      MemorySegment.copy(values(tensor), from, bytes, dtype.layout, 0, count);
      out.write(chunk, 0, count * dtype.bytes());
    }
  }

  /**
   * Reads a file. Nothing is allocated that the file's real length does not back.
   *
   * @param file the file
   * @throws ElboException if it cannot be read, breaks the format's rules, or holds an unsupported
   *     element type
   */
  public static Safetensors read(Path file) {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ);
        var in = Channels.newInputStream(channel)) {
      return read(file, in, channel.size());
    } catch (IOException e) {
      throw ElboException.cannot("be read", file, e);
    }
  }

  /**
   * Reads the strings that are stored with the arrays, and not the arrays.
   *
   * @param file the file
   * @throws ElboException if it cannot be read, or its header breaks the format's rules
   */
  public static Map<String, String> readMetadata(Path file) {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ);
        var in = Channels.newInputStream(channel)) {
      return metadata(readHeader(in, (int) readHeaderLength(in, channel.size())));
    } catch (Malformed e) {
      throw notValid(file, e);
    } catch (IOException e) {
      throw ElboException.cannot("be read", file, e);
    }
  }

  private static ElboException notValid(Path file, Malformed e) {
    return ElboException.in(file, "not a valid safetensors file: " + e.getMessage());
  }

  /**
   * Reads what a file holds from elsewhere, such as a resource of the program.
   *
   * @param file what to call it
   * @param in its bytes, from the first on; not closed
   * @param fileBytes how many there are
   * @throws ElboException if they break the format's rules
   * @throws IOException if {@code in} does
   */
  public static Safetensors read(Path file, InputStream in, long fileBytes) throws IOException {
    try {
      long headerBytes = readHeaderLength(in, fileBytes);
      JsonNode header = readHeader(in, (int) headerBytes);
      Map<String, String> metadata = metadata(header);
      List<Entry> entries = entries(header);
      List<Entry> byOffset = checkOffsets(entries, fileBytes - Long.BYTES - headerBytes);

      var tensors = new LinkedHashMap<String, Tensor>();
      for (Entry entry : entries) {
        tensors.put(entry.name, entry.dtype.zeros(entry.shape, entry.size));
      }
      byte[] chunk = new byte[CHUNK_BYTES];
      for (Entry entry : byOffset) {
        read(in, tensors.get(entry.name), chunk);
      }
      return new Safetensors(file, tensors, metadata);
    } catch (Malformed e) {
      throw notValid(file, e);
    }
  }

  private static long readHeaderLength(InputStream in, long fileBytes) throws IOException {
    if (fileBytes < Long.BYTES) {
      throw new Malformed("it has only %d bytes".formatted(fileBytes));
    }
    long length = littleEndian(in.readNBytes(Long.BYTES)).getLong();
    if (length < 0 || length > fileBytes - Long.BYTES || length > MAX_HEADER_BYTES) {
      throw new Malformed(
          "its header is said to have %s bytes; the file has %d, and %d is the most allowed"
              .formatted(Long.toUnsignedString(length), fileBytes - Long.BYTES, MAX_HEADER_BYTES));
    }
    return length;
  }

  private static JsonNode readHeader(InputStream in, int bytes) throws IOException {
    try {
      JsonNode header = JSON.readTree(in.readNBytes(bytes));
      if (!header.isObject()) {
        throw new Malformed("its header is not a JSON object");
      }
      return header;
    } catch (JsonProcessingException e) {
      throw new Malformed("its header is not valid JSON: " + e.getOriginalMessage());
    }
  }

  private static Map<String, String> metadata(JsonNode header) throws Malformed {
    var metadata = new LinkedHashMap<String, String>();
    JsonNode json = header.path(METADATA);
    if (!json.isMissingNode() && !json.isObject()) {
      throw new Malformed(METADATA + " is not a JSON object");
    }
    for (var entry : json.properties()) {
      if (!entry.getValue().isTextual()) {
        throw new Malformed("%s: %s is not a string".formatted(METADATA, entry.getKey()));
      }
      metadata.put(entry.getKey(), entry.getValue().textValue());
    }
    return metadata;
  }

  private static List<Entry> entries(JsonNode header) throws Malformed {
    var entries = new ArrayList<Entry>();
    for (var property : header.properties()) {
      if (!property.getKey().equals(METADATA)) {
        entries.add(entry(property.getKey(), property.getValue()));
      }
    }
    return entries;
  }

  private static Entry entry(String name, JsonNode json) throws Malformed {
    String dtypeName = json.path("dtype").asText();
    Dtype dtype =
        Arrays.stream(Dtype.values())
            .filter(candidate -> candidate.name().equals(dtypeName))
            .findFirst()
            .orElseThrow(
                () ->
                    new Malformed(
                        "tensor %s: element type '%s'; supported are %s: convert it before saving, in PyTorch by .float()"
                            .formatted(name, dtypeName, Arrays.toString(Dtype.values()))));
    long[] lengths = integers(name, json, "shape");
    int[] shape = new int[lengths.length];
    long size = 1;
    for (int d = 0; d < lengths.length; d++) {
      shape[d] = (int) Math.min(lengths[d], Integer.MAX_VALUE);
      size *= shape[d];
      if (lengths[d] > Integer.MAX_VALUE || size > Integer.MAX_VALUE) {
        throw new Malformed(
            "tensor %s: shape %s is more than an array of Java can hold"
                .formatted(name, Arrays.toString(lengths)));
      }
    }
    long[] offsets = integers(name, json, "data_offsets");
    if (offsets.length != 2 || offsets[1] - offsets[0] != size * dtype.bytes()) {
      throw new Malformed(
          "tensor %s: data_offsets %s do not fit %s %s"
              .formatted(name, Arrays.toString(offsets), dtype, Arrays.toString(shape)));
    }
    return new Entry(name, dtype, shape, (int) size, offsets[0], offsets[1]);
  }

  private static long[] integers(String name, JsonNode json, String field) throws Malformed {
    JsonNode array = json.path(field);
    long[] integers = new long[array.size()];
    boolean valid = array.isArray();
    for (int i = 0; i < integers.length && valid; i++) {
      JsonNode element = array.get(i);
      integers[i] = element.longValue();
      valid = element.isIntegralNumber() && element.canConvertToLong() && integers[i] >= 0;
    }
    if (!valid) {
      throw new Malformed("tensor %s: %s must be a list of integers from 0".formatted(name, field));
    }
    return integers;
  }

  /** The tensors in the order of their bytes, which must fill the file without hole or overlap. */
  private static List<Entry> checkOffsets(List<Entry> entries, long dataBytes) throws Malformed {
    var byOffset = new ArrayList<>(entries);
    byOffset.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long end = 0;
    for (Entry entry : byOffset) {
      if (entry.begin != end) {
        throw new Malformed(
            "tensor %s begins at byte %d, but the one before it ends at %d"
                .formatted(entry.name, entry.begin, end));
      }
      end = entry.end;
    }
    if (end != dataBytes) {
      throw new Malformed(
          "its tensors need %d bytes, but %d follow the header".formatted(end, dataBytes));
    }
    return byOffset;
  }

  private static void read(InputStream in, Tensor tensor, byte[] chunk) throws IOException {
    Dtype dtype = Dtype.of(tensor);
    int perChunk = chunk.length / dtype.bytes();
    MemorySegment bytes = MemorySegment.ofArray(chunk);
    for (int from = 0, size = size(tensor); from < size; from += perChunk) {
      int count = Math.min(perChunk, size - from);
      if (in.readNBytes(chunk, 0, count * dtype.bytes()) < count * dtype.bytes()) {
        throw new Malformed("it became shorter while it was read");
      }
      MemorySegment.copy(bytes, dtype.layout, 0, values(tensor), from, count);
    }
  }

  private static Object values(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Float32 t -> t.values();
      case Tensor.Float64 t -> t.values();
      case Tensor.Int32 t -> t.values();
      case Tensor.Int64 t -> t.values();
    };
  }

  private static int size(Tensor tensor) {
    return Array.getLength(values(tensor));
  }

  /** How many bytes {@link #writeValues} writes. */
  public static long byteSize(Tensor tensor) {
    return (long) size(tensor) * Dtype.of(tensor).bytes();
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
