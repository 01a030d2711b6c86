package dev.elbo.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFileTest {

  private static final String WHAT_TO_DO = " under their names, as safetensors or by np.savez";

  @TempDir private Path folder;

  @Test
  void theContentTellsTheFormat() {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("x", new Tensor.Float64(new int[] {1}, new double[] {Math.E}));
    Path npz = folder.resolve("a");
    Path safetensors = folder.resolve("b.npz");
    Npz.write(npz, tensors);
    Safetensors.write(safetensors, tensors, Map.of());
    for (Path file : new Path[] {npz, safetensors}) {
      assertArrayEquals(new double[] {Math.E}, TensorFile.read(file, 1 << 20).get("x").float64());
    }
  }

  /** A header of 19,280 bytes, whose length is written "PK" and six zeros. */
  @Test
  void aSafetensorsFileMayBeginWithPk() throws IOException {
    String header = "{}" + " ".repeat(19_280 - 2);
    Path file = bytes("PK\0\0\0\0\0\0" + header);
    assertEquals(Map.of(), TensorFile.read(file, 1 << 20));
  }

  @Test
  void filesOfOtherKinds() throws IOException {
    assertMessage("it is empty; save all tensors" + WHAT_TO_DO, bytes(""));
    assertMessage(
        "this is a .npy file of np.save: one array without a name; save all tensors" + WHAT_TO_DO,
        bytes("\u0093NUMPY\1\0v\0{'descr': '<f8', "));
    Path torch = folder.resolve("x.pt");
    try (var zip = new ZipOutputStream(Files.newOutputStream(torch))) {
      zip.putNextEntry(new ZipEntry("x/data.pkl"));
    }
    assertMessage(
        "this is a file of torch.save, whose pickle is not read; save the tensors" + WHAT_TO_DO,
        torch);
    Path nothing = folder.resolve("nothing.npz");
    Npz.write(nothing, new LinkedHashMap<>());
    assertMessage("it holds no tensors; save all tensors" + WHAT_TO_DO, nothing);
    String header = "{\"x\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[0,2]}}";
    assertMessage(
        "not a valid safetensors file: tensor x: element type 'BF16'; supported are [F32, F64, I32,"
            + " I64]: convert it before saving, in PyTorch by .float()",
        bytes((char) header.length() + "\0\0\0\0\0\0\0" + header + "\0\0"));
  }

  private Path bytes(String latin1) throws IOException {
    return Files.write(folder.resolve("file"), latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void assertMessage(String message, Path file) {
    var error = assertThrows(ElboException.class, () -> TensorFile.read(file, 1 << 20));
    assertEquals(file + ": " + message, error.getMessage());
  }
}
