package dev.elbo.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
  @TempDir private Path folder;

  /** The first example of FIPS 180-2, appendix B. */
  @Test
  void knownAnswer() throws IOException {
    String expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertEquals(expected, Sha256.of(out -> out.write("abc".getBytes(UTF_8))));
    assertEquals(expected, Sha256.of(Files.writeString(folder.resolve("abc.txt"), "abc")));
  }

  @Test
  void aMissingFileIsAnError() {
    assertThrows(ElboException.class, () -> Sha256.of(folder.resolve("missing")));
  }
}
