package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.testing.Chromium;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The report in a real browser. It runs no script, so it is looked at from outside: a page with it
 * in a frame counts what is there. Screenshots are left in {@code target/report}, for people.
 */
class ReportIT {

  private static final Path LAUNCHER = Path.of("..", "tools", "elbo").toAbsolutePath();
  private static final Path SCREENSHOTS = Path.of("target", "report").toAbsolutePath();

  @TempDir private static Path folder;
  private static Path report;

  /**
   * What the browser found.
   *
   * @param page the document about the page
   * @param errors what it logged to the console
   */
  private record Seen(JsonNode page, List<String> errors) {}

  @BeforeAll
  static void report() throws IOException, InterruptedException {
    if (Chromium.PROGRAM.isEmpty()) {
      return; // Each test says so.
    }
    Path data = Program.prepare(Program.ratings(folder.resolve("r.csv")), folder.resolve("data"));
    Path search = folder.resolve("search");
    elbo(
        "search", "--data", data, "--out", search, Program.SMALL, "--latent", "3,4", "--epochs", 3);
    Path ease = folder.resolve("ease");
    elbo("train", "--data", data, "--out", ease, "--model", "ease");
    var titles = new StringBuilder("movieId,title\n");
    for (int item = 1; item <= 40; item++) {
      titles.append("i%d,<script>alert(1)</script><img src=x onerror=alert(1)>%n".formatted(item));
    }
    Path named = Program.write(folder.resolve("titles.csv"), titles.toString());
    report = folder.resolve("a report.html");
    elbo("report", search, ease, "--out", report, "--data", data, "--titles", named);
  }

  /** The packaged program; this process may lack the modules that it needs. */
  private static void elbo(Object... args) throws IOException, InterruptedException {
    start(LAUNCHER, List.of(args));
  }

  @BeforeEach
  void needsABrowser() {
    assumeTrue(
        Chromium.PROGRAM.isPresent(),
        "Chromium is not installed (Debian: apt install chromium): no browser opened the report");
  }

  private static Stream<?> flat(Object argument) {
    return argument instanceof List<?> list
        ? list.stream().flatMap(ReportIT::flat)
        : Stream.of(argument);
  }

  /** Runs a program to its end, and gives its standard output and error, in this order. */
  private static List<String> start(Object... command) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    Process process =
        new ProcessBuilder(flat(List.of(command)).map(Object::toString).toList())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertTrue(process.waitFor(2, TimeUnit.MINUTES), "it does not end");
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), Files.readString(err));
    return List.of(Files.readString(out), Files.readString(err));
  }

  /** A page that looks at another in a frame of a width, and leaves a document about it. */
  private static String frame(URI page, int width) {
    return """
    <body style="margin:0"><iframe src="%s" style="border:0;width:%dpx;height:3000px"></iframe>
    <pre id="found"></pre>
    <script>
      onload = () => {
        const page = document.querySelector("iframe").contentDocument;
        document.querySelector("#found").textContent = JSON.stringify({
          "pictures": [...page.images].map(image => image.naturalWidth),
          "scripts": page.scripts.length,
          "tooWide": page.documentElement.scrollWidth - page.documentElement.clientWidth,
          "background": getComputedStyle(page.body).backgroundColor,
          "headings": [...page.querySelectorAll("h1,h2,h3")].map(heading => heading.textContent)
        });
      };
    </script>
    """
        .formatted(page, width);
  }

  private static Seen open(Path page, int width, String scheme)
      throws IOException, InterruptedException {
    Path frame = Program.write(folder.resolve("frame.html"), frame(page.toUri(), width));
    List<String> output =
        start(
            Chromium.PROGRAM.orElseThrow(),
            "--headless",
            "--no-sandbox", // Containers have none.
            "--disable-gpu",
            "--user-data-dir=" + folder.resolve("profile"),
            "--allow-file-access-from-files", // The frame looks at its page.
            "--blink-settings=preferredColorScheme=" + (scheme.equals("dark") ? 0 : 1),
            "--enable-logging=stderr",
            "--hide-scrollbars",
            "--window-size=%d,3000".formatted(Math.max(500, width)), // No window is narrower.
            "--screenshot=" + SCREENSHOTS.resolve("%s-%d.png".formatted(scheme, width)),
            "--dump-dom",
            frame.toUri());
    Matcher found = Pattern.compile("<pre id=\"found\">(.+?)</pre>").matcher(output.get(0));
    assertTrue(found.find(), output.toString());
    return new Seen(
        new Program.Result(0, found.group(1).replace("&lt;", "<").replace("&gt;", ">"), "").json(),
        output.get(1).lines().filter(line -> line.contains("CONSOLE")).toList());
  }

  @ParameterizedTest
  @CsvSource({"1280, light", "1280, dark", "390, light", "390, dark"})
  void opensOnEveryScreen(int width, String scheme) throws IOException, InterruptedException {
    Files.createDirectories(SCREENSHOTS);
    Seen seen = open(report, width, scheme);
    assertEquals(List.of(), seen.errors());
    JsonNode pictures = seen.page().get("pictures");
    assertEquals(3 + 3, pictures.size(), "of the best trial, and of all together");
    pictures.forEach(naturalWidth -> assertEquals(800, naturalWidth.asInt()));
    assertEquals(0, seen.page().get("scripts").asInt());
    assertTrue(seen.page().get("tooWide").asInt() <= 0, seen.page().toString());
    assertEquals(
        scheme.equals("dark") ? "rgb(20, 24, 29)" : "rgb(255, 255, 255)",
        seen.page().get("background").asText());
    List<String> headings = new ArrayList<>();
    seen.page().get("headings").forEach(heading -> headings.add(heading.asText()));
    assertEquals(
        List.of(
            "Elbo report: data",
            "Best results",
            "data",
            "Results",
            "Training",
            "Metric against loss",
            "Metric against layer sizes",
            "Test users",
            "Popularity of what is recommended",
            "One user",
            "Options"),
        headings);
    Path screenshot = SCREENSHOTS.resolve("%s-%d.png".formatted(scheme, width));
    assertEquals(Math.max(500, width), ImageIO.read(screenshot.toFile()).getWidth());
  }

  /** A page with everything wrong that is looked for. */
  @Test
  void whatIsWrongWouldBeSeen() throws IOException, InterruptedException {
    Path wrong =
        Program.write(
            folder.resolve("wrong.html"),
            """
            <!doctype html><script>console.error("wrong")</script>
            <img src="data:image/png;base64,wrong"><p style="width:2000px">wide</p>
            """);
    Files.createDirectories(SCREENSHOTS);
    Seen seen = open(wrong, 400, "light");
    assertFalse(seen.errors().isEmpty());
    assertEquals(0, seen.page().at("/pictures/0").asInt());
    assertEquals(1, seen.page().get("scripts").asInt());
    assertTrue(seen.page().get("tooWide").asInt() > 0);
  }
}
