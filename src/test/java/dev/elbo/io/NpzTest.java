package dev.elbo.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpzTest {

  /** As many bytes of arrays as a file may have. */
  private static final long MOST = 1 << 20;

  @TempDir private Path folder;

  /**
   * NumPy 1.24.2 wrote it:
   *
   * <pre>
   * np.savez_compressed(f, x=np.asfortranarray(np.arange(6.).reshape(2, 3)), n=np.float32(1.5))
   * </pre>
   */
  private static final String BY_NUMPY =
      """
      UEsDBBQAAAAIAAAAIQDkyAZgVwAAALAAAAAFABQAeC5ucHkBABAAsAAAAAAAAABXAAAAAAAAAJvsF+obEMnIUMZQ
      rZ6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIKEg8pKk0FChdnJBakArkaRjoKxpo6CrUK5AMuBhTA4QChP9hD
      aAEonwFKizgAAFBLAwQUAAAACAAAACEAJRPmXUYAAACEAAAABQAUAG4ubnB5AQAQAIQAAAAAAAAARgAAAAAAAACb
      7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqaOgq1ChQBLgaG
      A/YAUEsBAhQDFAAAAAgAAAAhAOTIBmBXAAAAsAAAAAUAAAAAAAAAAAAAAIABAAAAAHgubnB5UEsBAhQDFAAAAAgA
      AAAhACUT5l1GAAAAhAAAAAUAAAAAAAAAAAAAAIABjgAAAG4ubnB5UEsFBgAAAAACAAIAZgAAAAsBAAAAAA==\
      """;

  @Test
  void readsWhatNumpyWrote() throws IOException {
    SequencedMap<String, Tensor> read = Npz.read(byNumpy(), MOST);
    assertEquals(List.of("x", "n"), List.copyOf(read.keySet()));
    assertArrayEquals(new int[] {2, 3}, read.get("x").shape());
    assertArrayEquals(new double[] {0, 1, 2, 3, 4, 5}, read.get("x").float64());
    assertArrayEquals(new int[0], read.get("n").shape());
    assertEquals(1.5f, assertInstanceOf(Tensor.Float32.class, read.get("n")).values()[0]);
  }

  private Path byNumpy() throws IOException {
    return Files.write(folder.resolve("numpy.npz"), Base64.getMimeDecoder().decode(BY_NUMPY));
  }

  /** The bytes of 2 or 3 values, and what they are; {@code np.array(..., dtype).tobytes()}. */
  @ParameterizedTest
  @CsvSource({
    "<f8, 000000000000F83F00000000000000C0, 1.5, -2",
    ">f8, 3FF8000000000000C000000000000000, 1.5, -2",
    "<f4, 0000C03F000000C0, 1.5, -2",
    ">f4, 3FC00000C0000000, 1.5, -2",
    "<f2, 003E00C0, 1.5, -2",
    "<i8, 0700000000000000FEFFFFFFFFFFFFFF, 7, -2",
    "<i4, 07000000FEFFFFFF, 7, -2",
    "<i2, 0700FEFF, 7, -2",
    "<u4, 07000000FFFFFFFF, 7, 4294967295",
    "<u2, 0700FFFF, 7, 65535",
    "|i1, 07FE, 7, -2",
    "|u1, 07FF, 7, 255",
    "|b1, 0100, 1, 0"
  })
  void elementTypes(String dtype, String bytes, double first, double second) {
    Tensor read = array(npy(dtype, "False", "2,", HexFormat.of().parseHex(bytes)));
    assertArrayEquals(new double[] {first, second}, read.float64());
  }

  /** {@code np.arange(12).reshape(2, 3, 2, order="F")}. */
  @Test
  void theFirstDimensionMayBeTheFastest() {
    byte[] bytes = new byte[12];
    for (int n = 0; n < bytes.length; n++) {
      bytes[n] = (byte) n;
    }
    Tensor read = array(npy("|i1", "True", "2, 3, 2", bytes));
    assertArrayEquals(new int[] {2, 3, 2}, read.shape());
    assertArrayEquals(new double[] {0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11}, read.float64());
  }

  @Test
  void readsWhatItWrote() {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("q.0", new Tensor.Float64(new int[] {2, 1}, new double[] {Math.PI, -0.0}));
    tensors.put("single", new Tensor.Float32(new int[0], new float[] {1.5f}));
    tensors.put("ints", new Tensor.Int32(new int[] {3}, new int[] {1, -2, 3}));
    tensors.put("longs", new Tensor.Int64(new int[] {1, 1}, new long[] {Long.MIN_VALUE}));
    tensors.put("empty", new Tensor.Float64(new int[] {0, 4}, new double[0]));
    Path file = folder.resolve("a.npz");
    Npz.write(file, tensors);
    assertSame(tensors, Npz.read(file, MOST));
  }

  /** Type, order, shape, bytes of data, and what is wrong. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "|O;   False; 1,; 8;  found the type O",
        "<c16; False; 1,; 16; found the type c16",
        "<U3;  False; 1,; 12; found the type U3",
        "<f8;  False; 2,; 8;  shape [2] has 16 bytes, found 8",
        "<f8;  False; 1,; 9;  shape [1] has 8 bytes, found 9",
        "<f8;  Maybe; 1,; 8;  expected an array of numbers",
        "<f8;  False; -1,; 8; expected an array of numbers",
        "<f8;  False; 99999999999,; 8; no shape",
        "<f8;  False; '99999, 99999'; 8; more than an array of Java can hold"
      })
  void malformedArrays(String dtype, String order, String shape, int bytes, String message) {
    assertMessage(message, zip("x.npy", npy(dtype, order, shape, new byte[bytes])));
  }

  @Test
  void malformedFiles() throws IOException {
    byte[] good = npy("<f8", "False", "", new byte[8]);
    assertMessage("x.txt, which is no .npy array", zip("x.txt", good));
    assertMessage("does not begin like a .npy array", zip("x.npy", new byte[99]));
    assertMessage("version 9", zip("x.npy", changed(good, 6, 9)));
    assertMessage("ends too early", zip("x.npy", Arrays.copyOf(good, 7)));
    Path file = zip("x.npy", good);
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 10, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertMessage("not a valid .npz file", file);
    }
  }

  /** Compressed and stored, by NumPy and by Java, sizes before the data and behind it. */
  @Test
  void aFlippedBitIsNoticedOrChangesNothing() throws IOException {
    Path java = folder.resolve("java.npz");
    Npz.write(java, Npz.read(byNumpy(), MOST));
    Path stored = zip("x.npy", npy("<f4", "False", "2,", new byte[8]));
    for (Path file : List.of(byNumpy(), java, stored)) {
      byte[] intact = Files.readAllBytes(file);
      SequencedMap<String, Tensor> tensors = Npz.read(file, MOST);
      int noticed = 0;
      for (int bit = 0; bit < 8 * intact.length; bit++) {
        Files.write(file, changed(intact, bit / 8, intact[bit / 8] ^ 1 << bit % 8));
        try {
          assertSame(tensors, Npz.read(file, MOST));
        } catch (ElboException e) {
          assertEquals(Optional.of(file), e.file());
          noticed++;
        }
      }
      assertTrue(noticed > 4 * intact.length, noticed + " of " + 8 * intact.length);
    }
  }

  private static void assertSame(
      SequencedMap<String, Tensor> expected, SequencedMap<String, Tensor> actual) {
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
    expected.forEach(
        (name, tensor) -> {
          assertEquals(tensor.getClass(), actual.get(name).getClass());
          assertArrayEquals(tensor.shape(), actual.get(name).shape());
          assertArrayEquals(tensor.float64(), actual.get(name).float64());
        });
  }

  @Test
  void whatIsNoEntryIsAnError() throws IOException {
    byte[] intact = Files.readAllBytes(byNumpy());
    Path file = folder.resolve("more.npz");
    Files.write(file, Arrays.copyOf(intact, intact.length + 1));
    assertMessage("something other than its entries", file);
    Files.write(file, ("x" + new String(intact, ISO_8859_1)).getBytes(ISO_8859_1));
    assertMessage("not in its place", file);
    Files.write(
        file, new String(intact, ISO_8859_1).replace("n.npy", "x.npy").getBytes(ISO_8859_1));
    assertMessage("x.npy is there twice", file);
  }

  /** A megabyte of zeros is a thousand bytes when it is compressed. */
  @Test
  void whatIsTooLargeIsNotInflated() {
    Path file = folder.resolve("zeros.npz");
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("zeros", new Tensor.Int32(new int[] {1 << 18}, new int[1 << 18]));
    Npz.write(file, tensors);
    assertMessage("expected at most 1,048,576 bytes of tensors, found more at zeros.npy", file);
    assertEquals(1 << 18, Npz.read(file, MOST + 128).get("zeros").shape()[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing.npz", "no folder/a.npz"})
  void aFileThatIsNotThere(String name) {
    Path file = folder.resolve(name);
    assertTrue(
        assertThrows(ElboException.class, () -> Npz.read(file, MOST))
            .getMessage()
            .startsWith(file + ": cannot be read: there is no "));
  }

  private static byte[] changed(byte[] bytes, int at, int value) {
    byte[] copy = bytes.clone();
    copy[at] = (byte) value;
    return copy;
  }

  private static byte[] npy(String dtype, String order, String shape, byte[] data) {
    String header =
        "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }\n".formatted(dtype, order, shape);
    String start = "\u0093NUMPY\1\0" + (char) header.length() + "\0";
    byte[] before = (start + header).getBytes(ISO_8859_1);
    byte[] all = Arrays.copyOf(before, before.length + data.length);
    System.arraycopy(data, 0, all, before.length, data.length);
    return all;
  }

  /** A zip file with one entry, stored. */
  private Path zip(String name, byte[] content) {
    Path file = folder.resolve("stored.npz");
    var crc = new CRC32();
    crc.update(content);
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      var entry = new ZipEntry(name);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(content.length);
      entry.setCrc(crc.getValue());
      zip.putNextEntry(entry);
      zip.write(content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return file;
  }

  private Tensor array(byte[] content) {
    return Npz.read(zip("x.npy", content), MOST).get("x");
  }

  private static void assertMessage(String part, Path file) {
    String message = assertThrows(ElboException.class, () -> Npz.read(file, MOST)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    assertTrue(message.contains(part), message);
  }
}
