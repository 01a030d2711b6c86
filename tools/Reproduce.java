import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measures again what {@code reference-results/measured.csv} says, and compares: from the ratings to
 * the mean over the seeds, with the commands of each row. Started by {@code tools/reproduce}.
 *
 * <p>The same seed gives the same bits on every machine, so the same figure to its last digit.
 */
final class Reproduce {

  private static final String USAGE =
      """
      usage: tools/reproduce [--ratings FILE] [--measured FILE] [--work FOLDER] [NAME...]
        NAME      a name in the first column of measured.csv; without one, all of them (hours)
        --ratings   MovieLens-1M's ratings.dat; otherwise it is fetched
        --measured  the table (default: reference-results/measured.csv)
        --work      folder for data and models (default: reproduced); what is there already is not
                    made again
      """;

  /** A row of the table: one metric of the mean over some seeds. */
  private record Figure(NamedCsvRecord row) {
    String name() {
      return row.getField("name");
    }

    String metric() {
      return row.getField("metric");
    }

    List<String> seeds() {
      return List.of(row.getField("seeds").split(" "));
    }

    /** Words of a command of the row, of one seed. */
    List<String> words(String column, String seed) {
      return Stream.of(row.getField(column).split(" "))
          .filter(word -> !word.isEmpty())
          .map(word -> word.equals("SEED") ? seed : word)
          .toList();
    }
  }

  /** What the user did wrong, or what went wrong, in a sentence. */
  private static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failure(String message) {
      super(message);
    }
  }

  private final Path root;
  private final Path work;
  private Path ratings;

  private Reproduce(Path root, Path work, Path ratings) {
    this.root = root;
    this.work = work;
    this.ratings = ratings;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    try {
      System.exit(run(List.of(args)) ? 0 : 1);
    } catch (Failure e) {
      System.err.println("reproduce: " + e.getMessage());
      System.exit(2);
    }
  }

  /** Whether all figures are what the table says. */
  private static boolean run(List<String> args) throws IOException, InterruptedException {
    Path root = Path.of(args.getFirst());
    Path ratings = null;
    Path measured = root.resolve("reference-results/measured.csv");
    Path work = Path.of("reproduced");
    List<String> names = new ArrayList<>();
    for (int n = 1; n < args.size(); n++) {
      String word = args.get(n);
      if (word.equals("--help")) {
        System.out.print(USAGE);
        return true;
      }
      if (word.startsWith("-") && n + 1 == args.size()) {
        throw new Failure("expected a value after %s%n%s".formatted(word, USAGE));
      }
      switch (word) {
        case "--ratings" -> ratings = existing(args.get(++n));
        case "--measured" -> measured = existing(args.get(++n));
        case "--work" -> work = Path.of(args.get(++n));
        default -> names.add(word);
      }
    }
    SequencedMap<String, List<Figure>> figures = read(measured);
    for (String name : names) {
      if (!figures.containsKey(name)) {
        throw new Failure(
            "expected a name of %s, found '%s'; there are %s"
                .formatted(measured, name, String.join(", ", figures.keySet())));
      }
    }
    return new Reproduce(root, Files.createDirectories(work), ratings)
        .compare(figures, names.isEmpty() ? List.copyOf(figures.keySet()) : names);
  }

  private static Path existing(String file) {
    Path path = Path.of(file);
    if (!Files.isRegularFile(path)) {
      throw new Failure("there is no file " + file);
    }
    return path;
  }

  private static SequencedMap<String, List<Figure>> read(Path measured) throws IOException {
    try (var csv = CsvReader.builder().ofNamedCsvRecord(measured)) {
      return csv.stream()
          .map(Figure::new)
          .collect(
              Collectors.groupingBy(Figure::name, LinkedHashMap::new, Collectors.toList()));
    }
  }

  private boolean compare(Map<String, List<Figure>> figures, List<String> names)
      throws IOException, InterruptedException {
    String line = "%-24s %-20s %9s %9s  %s%n";
    System.out.printf(line, "name", "metric", "measured", "here", "");
    boolean same = true;
    for (String name : names) {
      List<Figure> ofName = figures.get(name);
      Map<String, Double> found = measure(ofName);
      for (Figure figure : ofName) {
        String expected = figure.row.getField("value");
        String here =
            found.isEmpty()
                ? "-"
                : String.format(Locale.ROOT, "%.4f", found.get(figure.metric()));
        String verdict =
            found.isEmpty() ? "OTHER DATA" : here.equals(expected) ? "same" : "DIFFERENT";
        same &= verdict.equals("same");
        System.out.printf(line, name, figure.metric(), expected, here, verdict);
      }
    }
    return same;
  }

  /** Each metric's mean over the seeds; nothing if the events are not those that were measured. */
  private Map<String, Double> measure(List<Figure> figures)
      throws IOException, InterruptedException {
    Figure first = figures.getFirst();
    Map<String, Double> mean = new LinkedHashMap<>();
    for (String seed : first.seeds()) {
      List<String> prepare = first.words("prepare", seed);
      Path data = prepared(prepare);
      String events = json(data.resolve("data.json")).at("/description/filteredSha256").asText();
      if (!events.equals(first.row.getField("events"))) {
        System.err.printf(
            "reproduce: after `prepare %s` the events have the SHA-256 %s, and those that were"
                + " measured %s%n",
            String.join(" ", prepare), events, first.row.getField("events"));
        return Map.of();
      }
      JsonNode metrics = evaluated(figures, seed, data).path("metrics");
      for (Figure figure : figures) {
        double value = metrics.path(figure.metric()).path("mean").asDouble(Double.NaN);
        mean.merge(figure.metric(), value / first.seeds().size(), Double::sum);
      }
    }
    return mean;
  }

  private Path prepared(List<String> options) throws IOException, InterruptedException {
    Path data = work.resolve("data" + String.join("", options).replaceAll("[^\\w.-]", "_"));
    if (!Files.exists(data.resolve("data.json"))) {
      elbo(
          Path.of("/dev/null"),
          words("prepare", "--ratings", ratings(), "--out", data, options));
    }
    return data;
  }

  private Path ratings() throws IOException, InterruptedException {
    if (ratings == null) {
      ratings = work.resolve("ml-1m/ratings.dat");
      if (!Files.exists(ratings)) {
        elbo(Path.of("/dev/null"), words("fetch", "ml-1m", "--out", work));
      }
    }
    return ratings;
  }

  private JsonNode evaluated(List<Figure> figures, String seed, Path data)
      throws IOException, InterruptedException {
    Figure first = figures.getFirst();
    Path model = work.resolve(first.name() + "-" + seed);
    Path result = work.resolve(first.name() + "-" + seed + ".json");
    String metrics = figures.stream().map(Figure::metric).collect(Collectors.joining(","));
    if (Files.exists(model.resolve("checkpoint.safetensors"))) { // done, or stopped on the way
      elbo(Path.of("/dev/null"), words("train", "--resume", "--data", data, "--out", model));
    } else if (!Files.exists(model.resolve("model.json"))) {
      elbo(
          Path.of("/dev/null"),
          words("train", first.words("train", seed), "--data", data, "--out", model));
    }
    elbo(
        result,
        words(
            "evaluate",
            first.words("evaluate", seed),
            "--model-dir",
            model,
            "--data",
            data,
            "--metrics",
            metrics,
            "--json"));
    return json(result);
  }

  private static List<String> words(Object... parts) {
    return Stream.of(parts)
        .flatMap(part -> part instanceof List<?> list ? list.stream() : Stream.of(part))
        .map(Object::toString)
        .toList();
  }

  /** Runs Elbo, its output into a file. Presets are found from the root of the project. */
  private void elbo(Path out, List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(root.resolve("tools/elbo").toString()));
    arguments.stream()
        .map(word -> word.startsWith("@") ? "@" + root.resolve(word.substring(1)) : word)
        .forEach(command::add);
    System.err.println("$ " + String.join(" ", command));
    int code =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
    if (code != 0) {
      throw new Failure("the command above failed");
    }
  }

  private static JsonNode json(Path file) throws IOException {
    return new JsonMapper().readTree(Files.readString(file));
  }
}
