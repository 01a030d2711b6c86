package dev.elbo.cli;

import static dev.elbo.cli.Program.SMALL;
import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.engine.EngineState;
import dev.elbo.io.FolderLock;
import dev.elbo.io.Tensor;
import dev.elbo.testing.ModelFiles;
import dev.elbo.testing.States;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainCommandTest {

  @TempDir private static Path shared;
  private static Path data;

  @TempDir private Path folder;
  private Path model;

  @BeforeAll
  static void prepare() {
    data = Program.prepare(Program.ratings(shared.resolve("r.csv")), shared.resolve("data"));
  }

  @BeforeEach
  void setUp() {
    model = folder.resolve("new").resolve("model");
  }

  @Test
  void theDocumentListsTheEpochs() {
    Program.Result result =
        run(
                "train",
                "--data",
                data,
                "--out",
                model,
                SMALL,
                "--epochs",
                3,
                "--metrics",
                "recall@5,gini@5",
                "--json")
            .done();
    JsonNode json = result.json();
    assertEquals(List.of("bestEpoch", "epochs", "modelDir"), MainTest.names(json));
    assertEquals(model.toString(), json.get("modelDir").asText());
    assertEquals(3, json.get("epochs").size());
    JsonNode last = json.at("/epochs/2");
    assertEquals(
        List.of("epoch", "beta", "learningRate", "loss", "nll", "kl", "seconds", "validation"),
        MainTest.names(last));
    assertEquals(3, last.get("epoch").asInt());
    assertEquals(0.2, last.get("beta").asDouble(), 1e-12, "the cap is reached after 80 %");
    assertEquals(0.001, last.get("learningRate").asDouble());
    assertTrue(last.get("loss").asDouble() > last.get("nll").asDouble());
    assertEquals(List.of("ndcg@100", "recall@5", "gini@5"), MainTest.names(last.get("validation")));
    assertEquals(List.of("mean", "standardError"), MainTest.names(last.at("/validation/ndcg@100")));
    assertTrue(last.at("/validation/gini@5/standardError").isNull());
    assertEquals(3, result.err().lines().filter(line -> line.startsWith("epoch ")).count());

    SavedModel saved = SavedModel.read(model);
    assertEquals(json.get("bestEpoch").asInt(), saved.description().bestEpoch());
    assertEquals("20", saved.description().run().byName().get("batch-size"));
    assertEquals(4.0, saved.description().minRating());
  }

  @Test
  void aRunThatIsThereIsNotOverwritten() throws IOException {
    Program.train(data, model, "--epochs", 1);
    byte[] before = Files.readAllBytes(Checkpoint.file(model));
    run("train", "--data", data, "--out", model, SMALL, "--seed", 2)
        .fails(1, "there is a run already: continue it with --resume");
    assertArrayEquals(before, Files.readAllBytes(Checkpoint.file(model)));
  }

  @Test
  void resumeNeedsNoOptionsAndTakesTheSameOnes() throws IOException {
    Object[] options = {
      "--epochs",
      "3",
      "--metrics",
      "recall@5,gini@5",
      "--patience",
      "2",
      "--adam",
      "pytorch",
      "--model",
      "mult-dae",
      "--weight-decay",
      "1e-3",
      "--select",
      "recall@7"
    };
    Path whole = Program.train(data, folder.resolve("whole"), options);
    Path part = Program.train(data, model, options);
    int epochs = Checkpoint.read(part).progress().epochs().size();
    run("train", "--data", data, "--out", part, "--resume").done();
    run("train", "--data", data, "--out", part, SMALL, List.of(options), "--resume").done();
    assertEquals(epochs, Checkpoint.read(part).progress().epochs().size());
    assertArrayEquals(
        Files.readAllBytes(whole.resolve("model.safetensors")),
        Files.readAllBytes(part.resolve("model.safetensors")));
  }

  /** Also in the first round, before the end of which no model is kept. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 6})
  void aRunGoesOnInTheMiddleOfARound(int epochs) throws IOException {
    List<String> recVae =
        List.of(
            "--model=recvae",
            "--hidden=8,8",
            "--latent=4",
            "--batch-size=20",
            "--epochs=8",
            "--threads=1");
    Path whole = folder.resolve("whole");
    run("train", "--data", data, "--out", whole, recVae).done();
    List<Object> part = new ArrayList<>(List.of("train", "--data", data, "--out", model));
    part.addAll(recVae);
    Program.killAt(epochs, part);
    assertEquals(epochs, Checkpoint.progress(model).epochs().size());
    assertEquals(epochs >= 4, SavedModel.isIn(model));
    run("train", "--data", data, "--out", model, "--resume").done();
    States.assertSameBits(Checkpoint.read(whole).state(), Checkpoint.read(model).state());
    assertEquals(-1, Files.mismatch(whole.resolve("model.json"), model.resolve("model.json")));
  }

  /** Rows that lazy updates have left behind are brought up to date before a checkpoint. */
  @ParameterizedTest
  @CsvSource({"mult-vae, 1", "mult-vae, 2", "recvae, 2", "recvae, 5"})
  void aLazyRunGoesOnBitForBit(String architecture, int epochs) throws IOException {
    List<String> exact =
        List.of(
            "--model=" + architecture,
            "--hidden=8",
            "--latent=4",
            "--batch-size=2",
            "--epochs=8",
            "--sampled-items=3",
            "--threads=1");
    Path whole = folder.resolve("whole");
    run("train", "--data", data, "--out", whole, exact, "--lazy-adam").done();
    List<Object> part = new ArrayList<>(List.of("train", "--data", data, "--out", model));
    part.addAll(exact);
    part.add("--lazy-adam");
    Program.killAt(epochs, part);
    assertEquals(epochs, Checkpoint.progress(model).epochs().size());
    run("train", "--data", data, "--out", model, "--resume").done();
    EngineState state = Checkpoint.read(whole).state();
    States.assertSameBits(state, Checkpoint.read(model).state());
    for (String file : List.of("model.json", "model.safetensors")) {
      assertEquals(-1, Files.mismatch(whole.resolve(file), model.resolve(file)), file);
    }
    Path other = folder.resolve("exact");
    run("train", "--data", data, "--out", other, exact).done();
    EngineState expected = Checkpoint.read(other).state();
    assertThrows(AssertionError.class, () -> States.assertSameBits(expected, state), "all exact");
  }

  /** The run goes on from its checkpoint: what a kill left of the model does not matter. */
  @ParameterizedTest
  @ValueSource(strings = {"model.json", "model.safetensors", "items.txt"})
  void resumeWritesTheModelAgainWhateverIsLeftOfIt(String file) throws IOException {
    Program.train(data, model, "--epochs", 2, "--learning-rate", "0.01");
    assertEquals(2, Checkpoint.progress(model).bestEpoch());
    byte[] intact = Files.readAllBytes(model.resolve(file));
    for (byte[] left : List.of(new byte[0], Arrays.copyOf(intact, intact.length / 2))) {
      Files.write(model.resolve(file), left);
      run("train", "--data", data, "--out", model, "--resume").done();
      assertArrayEquals(intact, Files.readAllBytes(model.resolve(file)));
    }
    Files.delete(model.resolve(file));
    run("train", "--data", data, "--out", model, "--resume").done();
    assertArrayEquals(intact, Files.readAllBytes(model.resolve(file)));
  }

  @Test
  void resumeDoesNotCallAModelWrittenThatItCannotWrite() throws IOException {
    Program.train(data, model, "--epochs", 3, "--learning-rate", "0.5", "--seed", 1);
    int best = Checkpoint.progress(model).bestEpoch();
    assertTrue(best < 3, "best epoch " + best);
    Files.delete(model.resolve("items.txt"));
    run("train", "--data", data, "--out", model, "--resume").fails(1, "items.txt");
  }

  @Test
  void oneRunAtATimeWritesAModel() {
    try (FolderLock _ = FolderLock.of(model, "the first")) {
      String message = model + ": another run is writing here (process ";
      run("train", "--data", data, "--out", model, SMALL).fails(1, message);
      run("train", "--data", data, "--out", model, "--model", "ease").fails(1, message);
      run("train", "--data", data, "--out", model, "--resume").fails(1, message);
    }
    assertTrue(Files.notExists(model));
    Program.train(data, model, "--epochs", 1);
    assertTrue(Files.notExists(model.resolve(FolderLock.FILE)));
  }

  @Test
  void aModelWithoutHashesIsReadWithARemark() {
    Program.train(data, model, "--epochs", 1);
    Object[] recommend = {"recommend", "--model-dir", model, "--items", "i1,i2"};
    Program.Result checked = run(recommend).done();
    assertTrue(!checked.err().contains("SHA-256"), checked.err());
    ModelFiles.removeHashes(model);
    Program.Result unchecked = run(recommend).done();
    assertEquals(checked.out(), unchecked.out());
    assertTrue(
        unchecked.err().contains("model.json has no SHA-256 of model.safetensors and items.txt"),
        unchecked.err());
  }

  @ParameterizedTest
  @CsvSource({
    "--model=mult-dae, 'has --model=mult-vae, not mult-dae'",
    "--epochs=5, has --epochs=1",
    "--seed=2, has --seed=98765",
    "--hidden=9, has --hidden=8",
    "--hidden=none, has --hidden=8",
    "--metrics=recall@5, 'has --metrics=ndcg@100,recall@20,recall@50, not recall@5'",
    "--patience=3, 'has --patience=0, not 3'",
    "--anneal-updates=0, has no --anneal-updates",
    "--gamma=0.1, 'has no --gamma, not 0.1'",
    "--mean-kl, 'has --mean-kl=false, not true'",
    "--plain-recall, 'has --plain-recall=false, not true'",
    "--dialect=recbole, 'has --init-weights=xavier-uniform, not xavier-normal'"
  })
  void resumeRefusesOtherOptions(String option, String message) {
    Program.train(data, model, "--epochs", 1);
    run("train", "--data", data, "--out", model, "--resume", option)
        .fails(2, "the run in " + model + " " + message);
  }

  @Test
  void resumeTakesADefaultThatIsSpelledOut() {
    run("train", "--data", data, "--out", model, "--epochs", 1, "--latent", 4).done();
    run("train", "--data", data, "--out", model, "--resume", "--hidden", 600).done();
    run("train", "--data", data, "--out", model, "--resume", "--hidden", 60)
        .fails(2, "has --hidden=600, not 60");
  }

  /** The engine's state tells which one it was: the reference engine keeps float64. */
  @Test
  void resumeKeepsTheEngineUnlessAnotherIsAskedFor() {
    Program.train(data, model, "--epochs", 1);
    assertInstanceOf(Tensor.Float32.class, resumeFor(2));
    assertInstanceOf(Tensor.Float64.class, resumeFor(3, "--engine", "reference"));
    assertInstanceOf(Tensor.Float64.class, resumeFor(4));
    assertInstanceOf(Tensor.Float32.class, resumeFor(5, "--engine", "fast"));
  }

  /** Resumes the run as if it had been planned for so many epochs; gives one of its tensors. */
  private Tensor resumeFor(int epochs, Object... options) {
    Checkpoint checkpoint = Checkpoint.read(model);
    Program.plan(checkpoint, Map.of("--epochs", Integer.toString(epochs))).write(model);
    run("train", "--data", data, "--out", model, "--resume", List.of(options)).done();
    Checkpoint resumed = Checkpoint.read(model);
    assertEquals(epochs, resumed.progress().epochs().size());
    return resumed.state().parameters().tensors().get("q_layers.0.weight");
  }

  private static final List<String> SCHEDULED =
      List.of(
          "--epochs=4",
          "--learning-rate=0.01",
          "--schedule=step",
          "--schedule-every=2",
          "--schedule-minimum=0.002",
          "--warm-up=2",
          "--select=loss");

  @Test
  void theLearningRateFollowsTheScheduleAndTheLossSelects() {
    Program.Result result =
        run("train", "--data", data, "--out", model, SMALL, SCHEDULED, "--json").done();
    assertEquals(
        List.of(0.01, 0.01, 0.002, 0.002),
        result.json().findValues("learningRate").stream().map(JsonNode::asDouble).toList());
    assertTrue(result.err().contains("  lr 2.00e-03  "), result.err());
    Map<String, String> options = SavedModel.read(model).description().run().byName();
    assertEquals("0.1", options.get("schedule-factor"), "the default is kept");
    assertEquals("loss", options.get("select"));
    List<Double> losses =
        result.json().at("/epochs").findValues("validation").stream()
            .map(validation -> validation.at("/loss/mean").asDouble())
            .toList();
    assertEquals(
        losses.indexOf(Collections.min(losses)) + 1, result.json().get("bestEpoch").asInt());
    run("train", "--data", data, "--out", model, SCHEDULED, "--schedule-factor=0.1", "--resume")
        .done();
    run("train", "--data", data, "--out", model, "--resume", "--warm-up=3")
        .fails(2, "has --warm-up=2, not 3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --schedule-factor=0.5                           | --schedule-factor does not apply to --schedule constant
          --schedule-minimum=0.0001                       | --schedule-minimum does not apply to --schedule constant
          --schedule-every=2                              | --schedule-every does not apply to --schedule constant
          --schedule-patience=2                           | --schedule-patience does not apply to --schedule constant
          --schedule=step                                 | --schedule step needs --schedule-every
          --schedule=step,--schedule-every=0              | expected a whole number from 1, found '0'
          --schedule=step,--schedule-every=1,--schedule-patience=2 | --schedule-patience does not apply to --schedule step
          --schedule=plateau,--schedule-every=2           | --schedule-every does not apply to --schedule plateau
          --schedule=plateau,--schedule-factor=1          | the factor of the learning rate must be within 0 and 1, not 1.0
          --schedule=plateau,--schedule-minimum=1         | the smallest learning rate must not be above the first, 0.001: 1.0
          --warm-up=-1                                    | must not be negative
          """)
  void schedulesThatAreNoneAreWrongUsage(String options, String message) {
    run("train", "--data", data, "--out", model, SMALL, List.of(options.split(",")))
        .fails(2, message);
    assertTrue(Files.notExists(model));
  }

  @Test
  void resumeRefusesOtherData() {
    Program.train(data, model, "--epochs", 1);
    Path other = Program.prepare(shared.resolve("r.csv"), folder.resolve("other"), "--seed", 1);
    run("train", "--data", other, "--out", model, "--resume")
        .fails(
            1, model + ": the run was started on other data; give --data what it was started on");
  }

  @Test
  void aFileIsNoFolderForTheModel() {
    Path file = Program.write(folder.resolve("file"), "mine");
    run("train", "--data", data, "--out", file, SMALL)
        .fails(1, file + ": it is a file; choose another name for the folder");
    run("train", "--data", data, "--out", file, "--model", "popularity").fails(1, "it is a file");
    run("search", "--data", data, "--out", file, SMALL).fails(1, "it is a file");
  }

  @Test
  void resumeNeedsARun() {
    run("train", "--data", data, "--out", model, "--resume")
        .fails(1, model + ": there is no run to continue; leave --resume out to start one");
    assertTrue(Files.notExists(model));
  }

  @Test
  void aDamagedCheckpointIsNamed() throws IOException {
    Program.train(data, model, "--epochs", 1);
    Path file = Checkpoint.file(model);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    run("train", "--data", data, "--out", model, "--resume").fails(1, file.toString());
  }

  @Test
  void aRunDeletesWhatAKilledOneLeft() throws IOException {
    Program.train(data, model, "--epochs", 1);
    Path left =
        Files.createFile(
            model.resolve(".checkpoint.safetensors.01234567-89ab-cdef-0123-456789abcdef.tmp"));
    run("train", "--data", data, "--out", model, "--resume").done();
    assertTrue(Files.notExists(left));
  }

  @Test
  void aRunThatDivergesSaysSoAndCanBeTriedAgain() {
    Program.Result result =
        run("train", "--data", data, "--out", model, SMALL, "--learning-rate", 1e200, "--json")
            .fails(
                1, "in update 2 (epoch 1); the first layer that gave a value that is not finite");
    String message = result.json().at("/error/message").asText();
    assertTrue(message.contains("with a lower learning rate"), message);
    assertTrue(message.contains("nothing was saved"), message);
    Program.train(data, model, "--epochs", 1);
    SavedModel.read(model);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "600,0", "2000000,2000000"})
  void widthsThatNoModelCanHaveAreWrongUsage(String widths) {
    run("train", "--data", data, "--out", model, "--hidden", widths).fails(2, "");
    assertTrue(Files.notExists(model));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--dropout=1",
        "--beta-cap=-1",
        "--learning-rate=0",
        "--weight-decay=NaN",
        "--anneal-updates=-1"
      })
  void numbersOutOfRangeAreWrongUsage(String option) {
    run("train", "--data", data, "--out", model, option).fails(2, option.split("=", 2)[1]);
    assertTrue(Files.notExists(model));
  }

  @Test
  void anEngineThatIsNotThere() {
    run("train", "--data", data, "--out", model, "--engine", "steam")
        .fails(1, "there is no engine 'steam'; choose one of:");
    assertTrue(Files.notExists(model));
  }
}
