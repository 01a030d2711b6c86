package dev.elbo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.cli.options.ConstantConverter;
import dev.elbo.data.Interactions;
import dev.elbo.data.fetch.Dataset;
import dev.elbo.data.read.RatingsReader;
import dev.elbo.data.read.ReadingOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import picocli.CommandLine;

/** The data sets that can be fetched, and whether {@code prepare} can go on with them. */
class FetchCommandTest {
  private static final String MOVIELENS_CSV =
      "userId,movieId,rating,timestamp\n1,307,3.5,1256677221\n2,481,5.0,1256677456\n";

  /** The first lines of each, or lines like them. */
  private static final Map<String, String> BEGINNINGS =
      Map.of(
          "ml-100k", "196\t242\t3\t881250949\n186\t302\t3\t891717742\n",
          "ml-latest-small", MOVIELENS_CSV,
          "ml-1m", "1::1193::5::978300760\n2::661::3::978302109\n",
          "ml-20m", MOVIELENS_CSV,
          "ml-25m", MOVIELENS_CSV,
          "ml-32m", MOVIELENS_CSV,
          "netflix", "1:\n1488844,3,2005-09-06\n2:\n822109,5,2005-05-13\n",
          "msd",
              """
              b80344d063b5ccb3212f76538f3d9e43d87dca9e\tSOAKIMP12A8C130995\t1
              85c1f87fea955d09b4bec2e36aee110927aedf9a\tSOBBMDR12A8C13253B\t2
              """,
          "goodbooks-10k", "user_id,book_id,rating\n1,258,5\n2,4081,4\n",
          "amazon-movies-tv",
              """
              {"reviewerID": "A1", "asin": "B7", "helpful": [0, 0], "overall": 4.0, "unixReviewTime": 1203984000}
              {"reviewerID": "A2", "asin": "B8", "helpful": [2, 3], "overall": 5.0, "unixReviewTime": 1388361600}
              """);

  private static final Map<String, List<String>> EVENTS =
      Map.of(
          "ml-100k", List.of("196 242 3.0", "186 302 3.0"),
          "ml-1m", List.of("1 1193 5.0", "2 661 3.0"),
          "netflix", List.of("1488844 1 3.0", "822109 2 5.0"),
          "msd",
              List.of(
                  "b80344d063b5ccb3212f76538f3d9e43d87dca9e SOAKIMP12A8C130995 1.0",
                  "85c1f87fea955d09b4bec2e36aee110927aedf9a SOBBMDR12A8C13253B 2.0"),
          "goodbooks-10k", List.of("1 258 5.0", "2 4081 4.0"),
          "amazon-movies-tv", List.of("A1 B7 4.0", "A2 B8 5.0"));

  private static final List<String> MOVIELENS_EVENTS = List.of("1 307 3.5", "2 481 5.0");

  static final Iterable<Dataset> ALL = Dataset.all();

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("ALL")
  void prepareReadsIt(Dataset dataset) throws IOException {
    Path file = folder.resolve(dataset.ratings());
    try (OutputStream out = packed(file)) {
      out.write(BEGINNINGS.get(dataset.name()).getBytes(UTF_8));
    }
    Interactions read = RatingsReader.read(file, ReadingOptions.DEFAULT).interactions();
    assertEquals(EVENTS.getOrDefault(dataset.name(), MOVIELENS_EVENTS), events(read));
  }

  /** A ratings file in gzip or zip is read as it is. */
  private static OutputStream packed(Path file) throws IOException {
    OutputStream out = Files.newOutputStream(file);
    if (file.toString().endsWith(".gz")) {
      return new GZIPOutputStream(out);
    }
    if (file.toString().endsWith(".zip")) {
      var zip = new ZipOutputStream(out);
      zip.putNextEntry(new ZipEntry("train_triplets.txt"));
      return zip;
    }
    return out;
  }

  private static List<String> events(Interactions read) {
    return IntStream.range(0, read.size())
        .mapToObj(
            event ->
                "%s %s %s"
                    .formatted(
                        read.userIds().get(read.users()[event]),
                        read.itemIds().get(read.items()[event]),
                        read.ratings()[event]))
        .toList();
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void whatItSaysOfPrepareIsUnderstood(Dataset dataset) {
    String line = "prepare --ratings r --out o " + dataset.prepare();
    ConstantConverter.register(new CommandLine(new Main())).parseArgs(line.strip().split(" "));
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void theManualSaysTheSame(Dataset dataset) {
    String page =
        DocumentedCommands.read(DocumentedCommands.ROOT.resolve("src/site/markdown/data.md"));
    String row =
        page.lines()
            .filter(line -> line.matches("\\|.*`%s`.*".formatted(dataset.name())))
            .findFirst()
            .orElseThrow();
    assertTrue(row.contains(dataset.prepare()), row);
    if (dataset.kept() != null) {
      var kept = dataset.kept();
      String counts = "%,d, %,d, %,d".formatted(kept.events(), kept.users(), kept.items());
      assertTrue(row.contains(counts), row);
    }
  }

  @Test
  void listShowsEachWithItsTerms() {
    String list = Program.run("fetch", "--list").done().out();
    for (Dataset dataset : Dataset.all()) {
      assertTrue(list.contains(dataset.name()), dataset::name);
      assertTrue(list.contains(dataset.licence()), dataset::name);
      assertTrue(list.contains(dataset.terms().toString()), dataset::name);
    }
    assertTrue(list.contains("25,000,095"), list);
    assertTrue(list.lines().allMatch(line -> line.length() <= 120), list);
  }

  @Test
  void listIsAlsoADocument() {
    JsonNode datasets = Program.run("fetch", "--list", "--json").done().json().get("datasets");
    Set<String> names =
        datasets.valueStream().map(one -> one.get("name").asText()).collect(Collectors.toSet());
    assertEquals(BEGINNINGS.keySet(), names);
  }
}
