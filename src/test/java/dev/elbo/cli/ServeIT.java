package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.recommend.Elbo;
import dev.elbo.testing.SyntheticData;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program as a server. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ServeIT {

  private static final String LISTENING = "Listening on ";

  @TempDir private Path folder;

  @Test
  void itAnswersUntilItIsToldToEnd() throws IOException, InterruptedException {
    Path model = folder.resolve("model");
    Elbo.popularity().train(SyntheticData.small()).save(model);
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(
                "../tools/elbo", "serve", "--model-dir", model.toString(), "--port", "0", "--log")
            .redirectError(err.toFile())
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      assertTrue(line != null && line.startsWith(LISTENING), line);
      var request =
          HttpRequest.newBuilder(URI.create(line.substring(LISTENING.length()) + "/recommend"))
              .POST(BodyPublishers.ofString("{\"items\": [\"1\", \"2\"], \"k\": 3}"))
              .build();
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        while (response.statusCode() == 503) { // the model is being loaded
          Thread.sleep(50);
          response = client.send(request, BodyHandlers.ofString());
        }
        assertEquals(200, response.statusCode(), response.body());
      }
      process.destroy(); // SIGTERM
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      String said = Files.readString(err);
      assertTrue(said.contains("Loaded popularity of"), said);
      assertTrue(said.contains("POST /recommend 200"), said);
      assertTrue(said.endsWith("Stopped.\n"), said);
    } finally {
      process.destroyForcibly();
    }
  }
}
