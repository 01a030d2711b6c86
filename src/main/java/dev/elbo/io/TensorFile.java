package dev.elbo.io;

import dev.elbo.ElboException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SequencedMap;

/** Somebody's tensors, as safetensors or {@code .npz}. */
public final class TensorFile {

  /** Of a zip file; no safetensors file begins so: its header would have 67 million bytes. */
  private static final String ZIP = "PK\3\4";

  /** Of a zip file without entries. */
  private static final String EMPTY_ZIP = "PK\5\6";

  private static final String NPY = "\u0093NUMPY";
  private static final String WHAT_TO_DO =
      "save all tensors under their names, as safetensors or by np.savez";

  private TensorFile() {}

  /**
   * Reads a file with one array, which needs no name: also the {@code .npy} of {@code np.save}.
   *
   * @param file the file
   * @param most how many bytes the array may have
   * @throws ElboException if it cannot be read, holds more than that, or not one array
   */
  public static Tensor readOne(Path file, long most) {
    try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      in.mark(NPY.length());
      String start = new String(in.readNBytes(NPY.length()), StandardCharsets.ISO_8859_1);
      if (start.equals(NPY)) {
        long bytes = Files.size(file);
        if (bytes > most) {
          throw ElboException.in(
              file, "expected at most %,d bytes, found %,d".formatted(most, bytes));
        }
        in.reset();
        return Npy.read("the array", in, bytes);
      }
    } catch (Npy.Malformed e) {
      throw ElboException.in(file, "not a valid .npy file: " + e.getMessage());
    } catch (IOException e) {
      throw ElboException.cannot("be read", file, e);
    }
    SequencedMap<String, Tensor> tensors = read(file, most);
    if (tensors.size() != 1) {
      throw ElboException.in(
          file, "expected one array, found %s".formatted(String.join(", ", tensors.keySet())));
    }
    return tensors.firstEntry().getValue();
  }

  /**
   * Reads a file by its content, whatever its name.
   *
   * @param file the file
   * @param most how many bytes the tensors of a compressed file may have together
   * @return the tensors by name, in the order of the file
   * @throws ElboException if it cannot be read, is neither, or holds more than that
   */
  public static SequencedMap<String, Tensor> read(Path file, long most) {
    String start;
    try (InputStream in = Files.newInputStream(file)) {
      start = new String(in.readNBytes(NPY.length()), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw ElboException.cannot("be read", file, e);
    }
    if (start.isEmpty()) {
      throw ElboException.in(file, "it is empty; " + WHAT_TO_DO);
    }
    if (start.startsWith(EMPTY_ZIP)) {
      throw ElboException.in(file, "it holds no tensors; " + WHAT_TO_DO);
    }
    if (start.equals(NPY)) {
      throw ElboException.in(
          file, "this is a .npy file of np.save: one array without a name; " + WHAT_TO_DO);
    }
    return start.startsWith(ZIP) ? Npz.read(file, most) : Safetensors.read(file).tensors();
  }
}
