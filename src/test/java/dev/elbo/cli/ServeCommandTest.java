package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.recommend.Elbo;
import dev.elbo.testing.SyntheticData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps the server from starting; a server that runs is tested by {@code ServeIT}. */
class ServeCommandTest {

  @TempDir private static Path folder;

  @BeforeAll
  static void train() {
    Elbo.popularity().train(SyntheticData.small()).save(folder.resolve("model"));
  }

  private static void assertFails(int code, String word, Object... options) {
    List<Object> args = new ArrayList<>();
    args.addAll(List.of("serve", "--model-dir", folder.resolve("model")));
    args.addAll(List.of(options));
    Program.Result result = Program.run(args.toArray());
    assertEquals(code, result.code(), result.err());
    assertTrue(result.err().contains(word), result.err());
    assertEquals("", result.out());
  }

  @ParameterizedTest
  @CsvSource({
    "--port,  65536,         2, --port: expected a number from 0 to 65535",
    "--port,  x,             2, --port",
    "--host,  0.0.0.0,       2, --host: 0.0.0.0 can be reached by others",
    "--host,  nowhere.test.invalid, 2, --host: there is no",
    "--engine, fasst,        1, did you mean fast",
    "--titles, none.csv,     1, none.csv"
  })
  void whatItCannotStartWith(String option, String value, int code, String word) {
    assertFails(code, word, option, value);
  }

  @Test
  void aTokenIsOneLine() throws IOException {
    Path empty = Program.write(folder.resolve("empty"), "\n");
    assertFails(1, "expected a token on one line", "--token-file", empty);
    Path spaces = Program.write(folder.resolve("spaces"), "a b\n");
    assertFails(1, "without spaces", "--token-file", spaces);
    Path two = Program.write(folder.resolve("two"), "a\nb\n");
    assertFails(1, "expected a token on one line", "--token-file", two);
  }

  @Test
  void aPortThatIsTaken() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertFails(1, "choose another port", "--port", taken.getLocalPort());
    }
  }

  @Test
  void aModelThatIsDamaged() throws IOException {
    Path damaged = Files.createDirectories(folder.resolve("damaged"));
    Elbo.popularity().train(SyntheticData.small()).save(damaged);
    Files.delete(damaged.resolve("items.txt"));
    Program.Result result = Program.run("serve", "--model-dir", damaged, "--port", 0);
    assertEquals(1, result.code(), result.err());
    assertTrue(result.err().contains("items.txt"), result.err());
  }
}
