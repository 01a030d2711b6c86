package dev.elbo.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryExampleTest {

  /** The tastes do not mix: who likes the sea is recommended the sea. */
  @Test
  void itRecommendsToEachTaste(@TempDir Path folder) {
    var bytes = new ByteArrayOutputStream();
    LibraryExample.run(new PrintStream(bytes, true, StandardCharsets.UTF_8), folder);
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertTrue(lines.get(0).startsWith("[sea"), lines::toString);
    assertTrue(!lines.get(0).contains("hill"), lines::toString);
    assertEquals(lines.get(0), lines.get(4));
    assertTrue(lines.getLast().startsWith("{ndcg@10=0."), lines::toString);
  }

  @Test
  void theManualShowsIt() throws IOException {
    String source = Files.readString(Path.of("test/java/dev/elbo/recommend/LibraryExample.java"));
    String body = source.substring(source.indexOf("    // Events:"), source.lastIndexOf("  }\n}"));
    String page = Files.readString(Path.of("site/markdown/library.md"));
    String shown = body.indent(-4).strip();
    assertTrue(page.contains("```java\n" + shown + "\n```"), "library.md does not show:\n" + shown);
  }
}
