package dev.elbo.cli;

import static dev.elbo.cli.Program.SMALL;
import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.elbo.eval.Estimate;
import dev.elbo.io.FolderLock;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.EpochResult;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchCommandTest {

  private static final List<String> FOUR =
      List.of("--dropout", "0.3,0.5", "--latent", "3,4", "--epochs", "2");

  /** Four trials, none of them stopped. */
  private static Program.Result whole;

  private static Path wholeDir;
  private static Path data;

  @TempDir private static Path shared;
  @TempDir private Path folder;

  @BeforeAll
  static void search() {
    data = Program.prepare(Program.ratings(shared.resolve("r.csv")), shared.resolve("data"));
    wholeDir = shared.resolve("whole");
    whole = search(wholeDir, FOUR, "--json").done();
  }

  private static List<Object> command(Path out, Object... options) {
    var command = new ArrayList<Object>(List.of("search", "--data", data, "--out", out));
    command.addAll(SMALL);
    for (Object option : options) {
      command.addAll(option instanceof List<?> list ? list : List.of(option));
    }
    return command;
  }

  private static Program.Result search(Path out, Object... options) {
    return run(command(out, options));
  }

  private static List<NamedCsvRecord> table(Path out) throws IOException {
    try (var csv = CsvReader.builder().ofNamedCsvRecord(out.resolve("results.csv"))) {
      return csv.stream().toList();
    }
  }

  private static String text(Path out) throws IOException {
    return Files.readString(out.resolve("results.csv"));
  }

  private static long epochs(String err) {
    return err.lines().filter(line -> line.startsWith("epoch ")).count();
  }

  @Test
  void theTableHasEveryOptionAndMetricBestFirst() throws IOException {
    List<NamedCsvRecord> lines = table(wholeDir);
    List<String> header = lines.getFirst().getHeader();
    assertEquals(List.of("trial", "activation", "adam", "adam-epsilon"), header.subList(0, 4));
    assertEquals(
        List.of(
            "bestEpoch",
            "ndcg@100",
            "ndcg@100 standard error",
            "recall@20",
            "recall@20 standard error",
            "recall@50",
            "recall@50 standard error"),
        header.subList(header.size() - 7, header.size()));
    assertEquals(4, lines.size());
    List<Double> ndcg =
        lines.stream().map(line -> Double.valueOf(line.getField("ndcg@100"))).toList();
    assertEquals(ndcg.stream().sorted(Comparator.reverseOrder()).toList(), ndcg);
    for (NamedCsvRecord line : lines) {
      var model = SavedModel.read(wholeDir.resolve("trial-" + line.getField("trial")));
      Estimate best = model.description().validation().get("ndcg@100");
      assertEquals(Double.toString(best.mean()), line.getField("ndcg@100"));
      model
          .description()
          .run()
          .byName()
          .forEach((option, value) -> assertEquals(value, line.getField(option)));
    }
  }

  /** Also of an option that stands for others. */
  @Test
  void eachTrialIsShownWithWhatIsItsOwn() {
    Program.Result result =
        search(
                folder.resolve("s"),
                "--epochs=1",
                "--hidden=8,6x4",
                "--mean-kl=true,false",
                "--dialect=liang2018,nvidia")
            .done();
    List<String> shown = result.out().lines().filter(line -> line.startsWith("trial-")).toList();
    assertEquals(8, shown.size());
    for (String hidden : List.of("8", "6,4")) {
      for (String meanKl : List.of("true", "false")) {
        for (String dialect : List.of("liang2018", "nvidia")) {
          String own = "  --dialect=%s --hidden=%s --mean-kl=%s".formatted(dialect, hidden, meanKl);
          assertEquals(1, shown.stream().filter(line -> line.endsWith(own)).count(), own);
        }
      }
    }
  }

  @Test
  void theDocumentListsTheTrialsBestFirst() {
    JsonNode json = whole.json();
    assertEquals(List.of("results", "trials"), MainTest.names(json));
    assertEquals(4, json.get("trials").size());
    JsonNode best = json.at("/trials/0");
    assertEquals(List.of("trial", "run", "bestEpoch", "validation", "error"), MainTest.names(best));
    assertTrue(whole.err().contains("trial-%d".formatted(best.get("trial").asInt())), whole.err());
  }

  @Test
  void aTrialIsWhatTrainDoes() throws IOException {
    Path trained =
        Program.train(
            data, folder.resolve("m"), "--epochs", 2, "--dropout", "0.3", "--latent", "4");
    assertArrayEquals(
        Files.readAllBytes(trained.resolve("model.safetensors")),
        Files.readAllBytes(wholeDir.resolve("trial-2").resolve("model.safetensors")));
  }

  /** Whatever the option's type: numbers, widths of layers, constants. */
  @Test
  void valuesThatMeanTheSameAreTriedOnce() throws IOException {
    Path out = folder.resolve("s");
    search(
            out,
            List.of("--dropout", "0.3,0.30,3e-1,0.1..0.3:0.2", "--hidden", "6x4,06x4,6x04"),
            List.of("--shuffle", "once,once", "--seed", "5,05", "--mean-kl=false,FALSE"),
            List.of("--epochs", "1"))
        .done();
    List<NamedCsvRecord> lines = table(out);
    assertEquals(
        List.of("0.1", "0.3"),
        lines.stream().map(line -> line.getField("dropout")).sorted().toList());
    NamedCsvRecord first =
        lines.stream().filter(line -> line.getField("trial").equals("1")).findFirst().orElseThrow();
    assertEquals("0.3", first.getField("dropout"), "the first value that was given");
  }

  /** At any line: when a trial begins, after each of its epochs, and when it ends. */
  @Test
  void aSearchThatWasKilledGivesTheSameTable() throws IOException {
    String expected = text(wholeDir);
    int lines = 4 * 5; // trial, two epochs, best epoch, where it was written
    for (int line = 1; line <= lines; line += 4) {
      Path out = folder.resolve("killed-" + line);
      Program.killAt(line, command(out, FOUR));
      Program.Result rest = search(out, FOUR).done();
      assertEquals(expected, text(out), "killed at line " + line);
      // Trials before the one that was killed are not made again, and no epoch of it is, either.
      int left = 8 - 2 * ((line - 1) / 5) - Math.clamp((line - 1) % 5, 0, 2);
      assertEquals(left, epochs(rest.err()), "killed at line " + line + ":\n" + rest.err());
    }
  }

  @Test
  void aFinishedSearchIsReadNotMade() throws IOException {
    String before = text(wholeDir);
    Program.Result again = search(wholeDir, FOUR, "--threads", 2).done();
    assertEquals(0, epochs(again.err()));
    assertEquals(before, text(wholeDir));
  }

  /** What it would be made of is gone, and nobody misses it. */
  @Test
  void aFinishedTrialIsNotMadeAgain() throws IOException {
    Path out = folder.resolve("skipped");
    Program.killAt(8, command(out, FOUR)); // in the second of four trials
    Path trial = out.resolve("trial-1");
    for (String file : List.of("model.safetensors", "model.json", "checkpoint.safetensors")) {
      Files.delete(trial.resolve(file));
    }
    search(out, FOUR).done();
    assertEquals(text(wholeDir), text(out));
    try (Stream<Path> files = Files.list(trial)) {
      assertEquals(
          List.of("items.txt", "trial.json"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void aBaselineIsSearchedLikeANetwork() throws IOException {
    Path out = folder.resolve("baseline");
    Object[] args = {
      "search", "--data", data, "--out", out, "--model=ease", "--l2=100,300", "--metrics=ndcg@100"
    };
    run(args).done();
    List<NamedCsvRecord> lines = table(out);
    assertEquals(
        List.of(
            "trial",
            "l2",
            "metrics",
            "model",
            "plain-recall",
            "bestEpoch",
            "ndcg@100",
            "ndcg@100 standard error"),
        lines.getFirst().getHeader());
    assertEquals(
        List.of("100.0", "300.0"),
        lines.stream().map(line -> line.getField("l2")).sorted().toList());

    // Killed after the model was written, and before the trial was.
    String before = text(out);
    Files.delete(out.resolve("trial-2/trial.json"));
    run(args).done();
    assertEquals(before, text(out));
    run("search", "--data", data, "--out", folder.resolve("no"), "--model=ease", "--latent=3")
        .fails(2, "--latent does not apply to ease");
    run("search", "--data", data, "--out", folder.resolve("no"), "--model=ease", "--engine=fast")
        .fails(2, "--engine does not apply to ease: leave it out");
  }

  @Test
  void ofALossTheSmallestIsTheBest() throws IOException {
    Path out = folder.resolve("loss");
    search(out, "--latent", "3,4,5", "--epochs", 1, "--select", "loss").done();
    List<Double> losses =
        table(out).stream().map(line -> Double.valueOf(line.getField("loss"))).toList();
    assertEquals(losses.stream().sorted().toList(), losses);
    assertTrue(losses.getFirst() < losses.getLast(), losses.toString());
  }

  private static final List<Object> ANNEALED =
      List.of("--anneal-beta", "--hidden", "8,none", "--epochs", 4, "--metrics", "recall@5");

  @Test
  void betaIsThatOfTheBestEpochOfARunThatAnnealsToOne() throws IOException {
    Path out = folder.resolve("annealed");
    search(out, ANNEALED).done();
    List<NamedCsvRecord> trials = table(out);
    assertEquals(2, trials.size());
    for (NamedCsvRecord trial : trials) {
      Path dir = out.resolve("trial-" + trial.getField("trial"));
      Progress annealed = Checkpoint.read(dir.resolve("annealed")).progress();
      assertEquals(1 - 1.0 / annealed.updates(), annealed.epochs().getLast().beta(), 1e-12);
      double cap = annealed.epochs().get(annealed.bestEpoch() - 1).beta();
      assertEquals(Double.toString(cap), trial.getField("beta-cap"));
      assertEquals(Double.toString((double) annealed.updates()), trial.getField("anneal-updates"));

      Progress capped = Checkpoint.read(dir).progress();
      for (int epoch = 0; epoch < 4; epoch++) {
        assertEquals(
            Math.min(cap, annealed.epochs().get(epoch).beta()), capped.epochs().get(epoch).beta());
      }
      try (var csv = CsvReader.builder().ofNamedCsvRecord(dir.resolve("beta.csv"))) {
        List<NamedCsvRecord> lines = csv.stream().toList();
        assertEquals(
            List.of("run", "epoch", "beta", "ndcg@100", "ndcg@100 standard error"),
            lines.getFirst().getHeader());
        assertEquals(8, lines.size());
        EpochResult best = annealed.epochs().get(annealed.bestEpoch() - 1);
        assertEquals(
            Double.toString(best.validation().get("ndcg@100").mean()),
            lines.get(annealed.bestEpoch() - 1).getField("ndcg@100"));
      }
      assertEquals(800, ImageIO.read(dir.resolve("beta.png").toFile()).getWidth());
    }
  }

  @Test
  void aBetaSearchThatWasKilledGivesTheSame() throws IOException {
    Path whole = folder.resolve("whole");
    List<Object> annealed = List.of("--anneal-beta", "--epochs", 2, "--metrics", "recall@5");
    search(whole, annealed).done();
    int lines = 10; // trial, two epochs, best epoch, where it was written; beta; and again
    for (int line = 3; line <= lines; line += 3) {
      Path out = folder.resolve("killed-" + line);
      Program.killAt(line, command(out, annealed));
      search(out, annealed).done();
      assertEquals(text(whole), text(out), "killed at line " + line);
      assertEquals(
          -1,
          Files.mismatch(whole.resolve("trial-1/beta.csv"), out.resolve("trial-1/beta.csv")),
          "killed at line " + line);
    }
  }

  @Test
  void anotherSearchIsNotMixedIn() throws IOException {
    String before = text(wholeDir);
    String message = wholeDir + ": there is a search already, of other data or options";
    search(wholeDir, FOUR, "--epochs", 3).fails(1, message);
    search(wholeDir, FOUR, "--latent", "3,4,5").fails(1, message);
    search(wholeDir, FOUR, "--anneal-beta").fails(1, message);
    assertEquals(before, text(wholeDir));
  }

  @Test
  void aRandomSearchMakesSomeOfTheTrials() throws IOException {
    Path out = folder.resolve("random");
    search(out, FOUR, "--trials", 2).done();
    assertEquals(2, table(out).size());
    assertTrue(Files.notExists(out.resolve("trial-3")));
  }

  @Test
  void aTrialThatDivergesIsLastAndDoesNotEndTheSearch() throws IOException {
    Path out = folder.resolve("diverging");
    Object[] rates = {"--learning-rate", "1e200,0.001", "--epochs", 1};
    Program.Result result = search(out, rates).done();
    assertTrue(result.err().contains("Trial 1 failed: "), result.err());
    List<NamedCsvRecord> lines = table(out);
    assertEquals("2", lines.get(0).getField("trial"));
    assertEquals("1", lines.get(1).getField("trial"));
    assertEquals("1.0E200", lines.get(1).getField("learning-rate"));
    assertEquals("", lines.get(1).getField("ndcg@100"));

    String before = text(out);
    search(out, rates).done();
    assertEquals(before, text(out));
    search(folder.resolve("all"), "--learning-rate", "1e200", "--json")
        .fails(1, "every trial failed; the first: ")
        .json();
  }

  /** What is wrong with a file is no fault of the options: the search ends, and can go on. */
  @Test
  void aDamagedFileEndsTheSearchUntilItIsMended() throws IOException {
    Path out = folder.resolve("damaged");
    Path trial = out.resolve("trial-1");
    Program.killAt(2, command(out, FOUR)); // After the first epoch of the first trial.
    Path checkpoint = Checkpoint.file(trial);
    byte[] intact = Files.readAllBytes(checkpoint);
    Files.write(checkpoint, new byte[] {1});
    Program.Result result = search(out, FOUR).fails(1, checkpoint + ": not a valid safetensors");
    assertTrue(!result.err().contains("failed"), result.err());

    Files.write(checkpoint, intact);
    Files.write(trial.resolve("model.safetensors"), new byte[] {1});
    search(out, FOUR).done();
    assertEquals(text(wholeDir), text(out));
  }

  /** As a kill leaves it between the first model of a run and its first checkpoint. */
  @Test
  void theModelOfARunWithoutCheckpointIsNotTakenForTheTrials() throws IOException {
    Path out = folder.resolve("first-model");
    Program.killAt(2, command(out, FOUR)); // After the first epoch of the first trial.
    Files.delete(Checkpoint.file(out.resolve("trial-1")));
    search(out, FOUR).done();
    assertEquals(text(wholeDir), text(out));
    assertTrue(Files.exists(Checkpoint.file(out.resolve("trial-1"))));
  }

  @Test
  void oneSearchAtATimeWritesAFolder() {
    Path out = folder.resolve("twice");
    try (FolderLock _ = FolderLock.of(out, "the first")) {
      search(out, FOUR).fails(1, out + ": another run is writing here (process ");
    }
    assertTrue(Files.notExists(out));
  }

  @Test
  void whatNoTrialCanHaveIsRefusedBeforeTheFirst() {
    Path out = folder.resolve("refused");
    search(out, "--latent", "4,0").fails(2, "expected a whole number from 1, found '0'");
    search(out, "--dropout", "0.5,1").fails(2, "dropout");
    search(out, "--latent", "1..5").fails(2, "--latent: expected a range such as");
    search(out, "--tanh", "never").fails(2, "'never'");
    search(out, "--select", "ndcg@10,recall@5").fails(2, "--select");
    search(out, "--anneal-beta", "--beta-cap", "0.1").fails(2, "--anneal-beta finds the value of");
    search(out, "--anneal-beta", "--model", "mult-dae").fails(2, "mult-dae has none");
    search(out, "--anneal-beta", "--mean-kl").fails(2, "leave out --mean-kl");
    run("search", "--data", data, "--out", out, "--model=ease", "--l2=10,0")
        .fails(2, "--l2: expected a finite number above 0, found 0.0");
    assertTrue(Files.notExists(out));
  }
}
