package dev.elbo.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts stand for browsers. */
class BrowserTest {

  private static final URI PAGE = URI.create("http://127.0.0.1:8080/#2,4");

  @TempDir private Path folder;

  @Test
  void theUsersBrowserComesBeforeTheSystems() {
    assertEquals(
        List.of(
            List.of("lynx", "-nopause", "%s"),
            List.of("firefox"),
            List.of("setsid", "xdg-open"),
            List.of("xdg-open")),
        Browser.commands(
            Map.of("BROWSER", "lynx -nopause %s::firefox", "WAYLAND_DISPLAY", "0"), "Linux"));
    assertEquals(List.of(List.of("open")), Browser.commands(Map.of(), "Mac OS X"));
    assertEquals("rundll32", Browser.commands(Map.of(), "Windows 11").getFirst().getFirst());
  }

  /** xdg-open would look for one that writes to the terminal. */
  @Test
  void withoutAScreenThereIsNone() {
    assertEquals(List.of(), Browser.commands(Map.of(), "Linux"));
    assertFalse(Browser.show(PAGE, List.of()));
  }

  @Test
  void theFirstThatWorksShowsThePage() throws IOException {
    Path shown = folder.resolve("shown");
    List<List<String>> commands =
        List.of(
            List.of(folder.resolve("nowhere").toString()),
            script("exit 3"),
            List.of("sh", "-c", "echo to %s > " + shown),
            script("echo again > " + shown));
    assertTrue(Browser.show(PAGE, commands));
    assertEquals("to " + PAGE + "\n", Files.readString(shown));
  }

  @Test
  void theAddressIsTheLastWordWhereNoOtherPlaceIsNamed() throws IOException {
    Path shown = folder.resolve("shown");
    assertTrue(Browser.show(PAGE, List.of(script("echo \"$1\" > " + shown))));
    assertEquals(PAGE + "\n", Files.readString(shown));
  }

  private static List<String> script(String line) {
    return List.of("sh", "-c", line, "sh");
  }
}
