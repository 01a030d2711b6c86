package dev.elbo.cli;

import dev.elbo.cli.terminal.AmountBar;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Interruption;
import dev.elbo.data.fetch.Dataset;
import dev.elbo.data.fetch.DatasetDownload;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
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
    footer = {"  elbo fetch --list", "  elbo fetch ml-1m --out data"})
final class FetchCommand implements Runnable {
  private static final String LIST = "--list";
  private static final String OUT = "--out";

  @Mixin private Console console;

  @Parameters(paramLabel = "NAME", arity = "0..1", description = "one of those of --list")
  private String name;

  @Option(names = LIST, description = "show the data sets that can be fetched, and fetch none")
  private boolean list;

  @Option(names = OUT, paramLabel = "DIR", description = "where the data set's folder is to appear")
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
    if (list) {
      list();
      return;
    }
    if (name == null || out == null) {
      throw console.wrongUsage(
          "expected %s; %s shows the data sets"
              .formatted(name == null ? "the NAME of a data set" : OUT + "=DIR", LIST));
    }
    fetch(console.checked(() -> Dataset.named(name)));
  }

  private void list() {
    if (name != null || out != null || mirror != null) {
      throw console.wrongUsage(
          "%s does nothing beside %s; leave one of them out"
              .formatted(name != null ? name : out != null ? OUT : "--mirror", LIST));
    }
    List<Dataset> datasets = Dataset.all();
    String line = "%-18s %12s %10s %8s  %s";
    console.say(line.formatted("", "events", "users", "items", "checksum"));
    for (Dataset dataset : datasets) {
      console.say(
          line.formatted(
              dataset.name(),
              count(dataset, Dataset.Counts::events),
              count(dataset, Dataset.Counts::users),
              count(dataset, Dataset.Counts::items),
              dataset.checksum()));
      console.say("    " + dataset.licence());
      console.say("    " + dataset.terms());
    }
    console.json(() -> Map.of("datasets", datasets));
  }

  private static String count(Dataset dataset, ToLongFunction<Dataset.Counts> of) {
    return dataset.described() == null
        ? "changes"
        : "%,d".formatted(of.applyAsLong(dataset.described()));
  }

  private void fetch(Dataset dataset) {
    Dataset source = mirror == null ? dataset : console.checked(() -> dataset.from(mirror));
    DatasetDownload download = new DatasetDownload(source, out);
    DatasetDownload.Result result;
    try (var _ = new Interruption(console, () -> whatIsKept(download));
        AmountBar bar = new AmountBar(console, name, "MiB", 1 << 20)) {
      result = download.fetch(bar::show);
    }
    console.note(
        switch (result.status()) {
          case ALREADY_THERE -> "Already there.";
          case VERIFIED -> "Fetched; its %s is the expected one.".formatted(dataset.checksum());
          case UNVERIFIED ->
              "Fetched; no checksum is known for it, so nothing was checked. Its SHA-256 is "
                  + result.sha256().orElseThrow();
        });
    console.note("Terms of use: %s (%s)".formatted(dataset.licence(), dataset.terms()));
    if (dataset.described() != null) {
      console.note("It is said to have %s.".formatted(dataset.described()));
    }
    console.say(result.ratings().toString());
    console.note(
        "Next: elbo prepare --ratings %s%s --out DATA"
            .formatted(result.ratings(), dataset.prepare().replaceFirst("^(?=.)", " ")));
    if (dataset.kept() != null) {
      console.note("That keeps %s.".formatted(dataset.kept()));
    }
    console.json(
        () -> {
          Map<String, Object> document = new LinkedHashMap<>();
          document.put("name", name);
          document.put("ratings", result.ratings().toString());
          document.put("status", result.status());
          document.put("sha256", result.sha256().orElse(null));
          return document;
        });
  }
}
