package dev.elbo.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

  private static final SequencedMap<String, Tensor> EXAMPLE = new LinkedHashMap<>();

  static {
    EXAMPLE.put("floats", new Tensor.Float32(new int[] {1, 2}, new float[] {1.5f, -2}));
    EXAMPLE.put("long", new Tensor.Int64(new int[0], new long[] {-1}));
  }

  /** The wide element comes first, so that it is aligned, whatever the order of the names. */
  private static final String EXAMPLE_HEADER =
      """
      {"__metadata__":{"made by":"hand","zoë":""},\
      "floats":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]},\
      "long":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}\
      """;

  @Test
  void bytesAreThoseOfTheFormat() {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    data.putLong(-1).putFloat(1.5f).putFloat(-2);
    byte[] byHand = file(EXAMPLE_HEADER + "       ", data.array());
    assertEquals(0, (byHand.length - data.capacity()) % 8, "the header must end aligned");

    var metadata = Map.of("zoë", "", "made by", "hand");
    assertArrayEquals(byHand, write(EXAMPLE, metadata));

    Safetensors read = read(byHand);
    assertEquals(metadata, read.metadata());
    assertEquals(List.of("floats", "long"), List.copyOf(read.tensors().keySet()));
    assertArrayEquals(
        new float[] {1.5f, -2}, read.get("floats", Tensor.Float32.class, 1, 2).values());
    assertArrayEquals(new long[] {-1}, read.get("long", Tensor.Int64.class).values());
  }

  @Property(tries = 100, seed = "31")
  void readsWhatItWrote(
      @ForAll("tensors") List<Tensor> tensors, @ForAll Map<String, String> metadata) {
    var named = new LinkedHashMap<String, Tensor>();
    for (Tensor tensor : tensors) {
      named.put("layer " + (tensors.size() - named.size()), tensor);
    }
    byte[] written = write(named, metadata);
    Safetensors read = read(written);
    assertEquals(List.copyOf(named.keySet()), List.copyOf(read.tensors().keySet()));
    assertEquals(metadata, read.metadata());
    assertArrayEquals(written, write(read.tensors(), read.metadata()));
  }

  @Test
  void arraysOfManyChunks() {
    int[] values = IntStream.range(0, 50_001).toArray();
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("values", new Tensor.Int32(new int[] {values.length}, values));
    assertArrayEquals(
        values,
        read(write(tensors, Map.of())).get("values", Tensor.Int32.class, values.length).values());
  }

  @Test
  void getSaysWhatIsWrong() {
    Safetensors example = read(write(EXAMPLE, Map.of()));
    assertMessage("there is no tensor ints", () -> example.get("ints", Tensor.Int32.class, 2));
    assertMessage(
        "tensor floats: expected Float32 [2, 1], found Float32 [1, 2]",
        () -> example.get("floats", Tensor.Float32.class, 2, 1));
    assertMessage(
        "tensor long: expected Int32 [], found Int64 []",
        () -> example.get("long", Tensor.Int32.class));
  }

  /** A header, so many bytes of data, and what is wrong. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                                            | 0 | not a JSON object
          {"a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}         | 4 | not valid JSON
          {} {}                                                         | 0 | not valid JSON
          {"__metadata__":7}                                            | 0 | __metadata__ is not a JSON object
          {"__metadata__":{"a":7}}                                      | 0 | a is not a string
          {"a":7}                                                       | 0 | tensor a: element type ''
          {"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}        | 4 | supported are [F32, F64, I32, I64]
          {"a":{"dtype":"I32","data_offsets":[0,4]}}                    | 4 | shape must be a list
          {"a":{"dtype":"I32","shape":[1.0],"data_offsets":[0,4]}}      | 4 | shape must be a list
          {"a":{"dtype":"I32","shape":[-1],"data_offsets":[0,4]}}       | 4 | shape must be a list
          {"a":{"dtype":"I32","shape":[65536,65536],"data_offsets":[0,0]}} | 0 | more than an array of Java can hold
          {"a":{"dtype":"I32","shape":[4294967297],"data_offsets":[0,4]}}  | 4 | more than an array of Java can hold
          {"a":{"dtype":"I32","shape":[1e99],"data_offsets":[0,4]}}     | 4 | shape must be a list
          {"a":{"dtype":"I32","shape":[2],"data_offsets":[0,4]}}        | 4 | data_offsets [0, 4] do not fit I32 [2]
          {"a":{"dtype":"I32","shape":[1],"data_offsets":[4,0]}}        | 4 | data_offsets [4, 0] do not fit
          {"a":{"dtype":"I32","shape":[1],"data_offsets":[0]}}          | 4 | data_offsets [0] do not fit
          {"a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}        | 3 | need 4 bytes, but 3 follow
          {"a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}        | 5 | need 4 bytes, but 5 follow
          {"a":{"dtype":"I32","shape":[1],"data_offsets":[4,8]}}        | 8 | begins at byte 4, but the one before it ends at 0
          {"a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}} | 8 | begins at byte 0, but the one before it ends at 4
          {"a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"I32","shape":[1],"data_offsets":[4,8]}} | 8 | Duplicate
          """)
  void brokenRulesAreErrors(String header, int dataBytes, String message) {
    byte[] file = file(header, new byte[dataBytes]);
    assertMessage("not a valid safetensors file: ", () -> read(file));
    assertMessage(message, () -> read(file));
  }

  @ParameterizedTest
  @CsvSource({"-1", "9223372036854775807", "1000000", "17"})
  void headerLengthIsNotBelieved(long length) {
    byte[] file = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
    assertMessage("its header is said to have " + Long.toUnsignedString(length), () -> read(file));
  }

  @Property(tries = 300, seed = "32")
  void damageIsReadOrRefused(@ForAll int place, @ForAll byte value, @ForAll boolean truncate) {
    byte[] file = write(EXAMPLE, Map.of("made by", "hand"));
    int at = Math.floorMod(place, file.length);
    file[at] = value;
    byte[] damaged = truncate ? Arrays.copyOf(file, at) : file;
    try {
      read(damaged);
      assertTrue(!truncate, "a truncated file was read");
    } catch (ElboException e) {
      assertTrue(e.file().isPresent());
    }
  }

  @Test
  void aMissingFileIsAnError() {
    assertMessage("cannot be read: there is no", () -> Safetensors.read(Path.of("missing")));
  }

  @Provide
  Arbitrary<List<Tensor>> tensors() {
    Arbitrary<int[]> shapes =
        Arbitraries.integers().between(0, 4).array(int[].class).ofMinSize(0).ofMaxSize(3);
    return shapes.flatMap(SafetensorsTest::tensorsOf).list().ofMaxSize(6);
  }

  private static Arbitrary<Tensor> tensorsOf(int[] shape) {
    int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return Arbitraries.oneOf(
        Arbitraries.floats()
            .array(float[].class)
            .ofSize(size)
            .map(values -> new Tensor.Float32(shape, values)),
        Arbitraries.doubles()
            .array(double[].class)
            .ofSize(size)
            .map(values -> new Tensor.Float64(shape, values)),
        Arbitraries.integers()
            .array(int[].class)
            .ofSize(size)
            .map(values -> new Tensor.Int32(shape, values)),
        Arbitraries.longs()
            .array(long[].class)
            .ofSize(size)
            .map(values -> new Tensor.Int64(shape, values)));
  }

  private static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(UTF_8);
    return ByteBuffer.allocate(Long.BYTES + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  private static byte[] write(
      SequencedMap<String, ? extends Tensor> tensors, Map<String, String> metadata) {
    var out = new ByteArrayOutputStream();
    try {
      Safetensors.write(out, tensors, metadata);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static Safetensors read(byte[] bytes) {
    try {
      Path file = Files.createTempFile("elbo", ".safetensors");
      try {
        return Safetensors.read(Files.write(file, bytes));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertMessage(String part, Runnable action) {
    var error = assertThrows(ElboException.class, action::run);
    assertTrue(error.getMessage().contains(part), error.getMessage());
  }
}
