package dev.elbo.cli;

import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.DownloadBar;
import dev.elbo.cli.terminal.Interruption;
import dev.elbo.data.fetch.Dataset;
import dev.elbo.data.fetch.DatasetDownload;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code elbo fetch}: public data sets. */
@Command(
    name = "fetch",
    mixinStandardHelpOptions = true,
    description = "Download a public data set, check it, and unpack it.",
    footerHeading = "%nExamples:%n",
    footer = {"  elbo fetch ml-1m --out data"})
final class FetchCommand implements Runnable {

  @Mixin private Console console;

  @Parameters(
      paramLabel = "NAME",
      description = "ml-100k, ml-latest-small, ml-1m, ml-20m or amazon-movies-tv")
  private String name;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "where the data set's folder is to appear")
  private Path out;

  @Option(
      names = "--mirror",
      paramLabel = "URL",
      description = "folder on another server that has the same archive")
  private URI mirror;

  private String whatIsKept(DatasetDownload download) {
    return download.hasBegun()
        ? "Stopped. What has arrived is kept; the same `elbo fetch` command goes on from there, if"
            + " the server can."
        : "Stopped before anything had arrived; nothing is kept.";
  }

  @Override
  public void run() {
    Dataset dataset = console.checked(() -> Dataset.named(name));
    Dataset source = mirror == null ? dataset : console.checked(() -> dataset.from(mirror));
    DatasetDownload download = new DatasetDownload(source, out);
    DatasetDownload.Result result;
    try (var _ = new Interruption(console, () -> whatIsKept(download));
        DownloadBar bar = new DownloadBar(console, name)) {
      result = download.fetch(bar);
    }
    console.note(
        switch (result.status()) {
          case ALREADY_THERE -> "Already there.";
          case VERIFIED -> "Fetched; the checksum is the published one.";
          case UNVERIFIED -> "Fetched; no checksum is published for it.";
        });
    console.note("Terms of use: %s".formatted(dataset.terms()));
    console.say(result.ratings().toString());
    console.note("Next: elbo prepare --ratings %s --out DATA".formatted(result.ratings()));
    console.json(
        () -> {
          Map<String, Object> document = new LinkedHashMap<>();
          document.put("name", name);
          document.put("ratings", result.ratings().toString());
          document.put("status", result.status());
          return document;
        });
  }
}
