package dev.elbo.cli;

import static dev.elbo.cli.Program.SMALL;
import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.elbo.eval.Estimate;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
    assertEquals(List.of("trial", "activation", "adam", "anneal-counter"), header.subList(0, 4));
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
          .options()
          .forEach((option, value) -> assertEquals(value, line.getField(option.substring(2))));
    }
  }

  @Test
  void theDocumentListsTheTrialsBestFirst() {
    JsonNode json = whole.json();
    assertEquals(List.of("results", "trials"), MainTest.names(json));
    assertEquals(4, json.get("trials").size());
    JsonNode best = json.at("/trials/0");
    assertEquals(
        List.of("trial", "options", "bestEpoch", "validation", "error"), MainTest.names(best));
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

  /** Ends like a killed program: in the middle of a word. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Ends the program at the given line of what it says, however far it is then. */
  private static void killAt(int line, List<Object> args) {
    PrintWriter err =
        new PrintWriter(new StringWriter()) {
          private int lines;

          @Override
          public void println(String text) {
            if (++lines == line) {
              throw new Killed();
            }
          }
        };
    String[] words = args.stream().map(Object::toString).toArray(String[]::new);
    assertThrows(Killed.class, () -> Main.run(new PrintWriter(Writer.nullWriter()), err, words));
  }

  /** At any line: when a trial begins, after each of its epochs, and when it ends. */
  @Test
  void aSearchThatWasKilledGivesTheSameTable() throws IOException {
    String expected = text(wholeDir);
    int lines = 4 * 5; // trial, two epochs, best epoch, where it was written
    for (int line = 1; line <= lines; line += 3) {
      Path out = folder.resolve("killed-" + line);
      killAt(line, command(out, FOUR));
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

  @Test
  void anotherSearchIsNotMixedIn() throws IOException {
    String before = text(wholeDir);
    String message = wholeDir + ": there is a search already, of other data or options";
    search(wholeDir, FOUR, "--epochs", 3).fails(1, message);
    search(wholeDir, FOUR, "--latent", "3,4,5").fails(1, message);
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

  @Test
  void whatNoTrialCanHaveIsRefusedBeforeTheFirst() {
    Path out = folder.resolve("refused");
    search(out, "--latent", "4,0").fails(2, "expected a whole number from 1, found '0'");
    search(out, "--dropout", "0.5,1").fails(2, "dropout");
    search(out, "--latent", "1..5").fails(2, "--latent: expected a range such as");
    search(out, "--tanh", "never").fails(2, "'never'");
    search(out, "--select", "ndcg@10,recall@5").fails(2, "--select");
    assertTrue(Files.notExists(out));
  }
}
