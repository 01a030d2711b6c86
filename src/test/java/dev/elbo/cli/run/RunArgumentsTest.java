package dev.elbo.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.io.Json;
import dev.elbo.model.ModelName;
import dev.elbo.train.RunOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** From options to the record of a run. */
class RunArgumentsTest {

  /** Together all options of a run but --dialect, none with its default, and all models. */
  static final List<String> RUNS =
      List.of(
          "--model=mult-vae --hidden=5,4 --latent=3 --dropout=0.1 --weight-decay=0.2"
              + " --l2-normalize=none --tanh=every-module --decoder-dropout=0.3"
              + " --activation=sigmoid --prior=composite --first-prior=copy"
              + " --init-weights=xavier-normal --init-biases=zero --epochs=9 --batch-size=7"
              + " --beta-cap=0.4 --anneal-updates=12 --anneal-counter=each-epoch --mean-kl=true"
              + " --learning-rate=0.01 --adam=pytorch --adam-epsilon=0.25 --seed=-5 --select=loss"
              + " --patience=2 --noise-scale=0.5 --shuffle=never --drop-last-batch=true"
              + " --recipe=alternating --encoder-epochs=2 --decoder-epochs=4 --schedule=step"
              + " --schedule-every=2 --schedule-factor=0.3 --schedule-minimum=0.005 --warm-up=4"
              + " --sampled-items=50 --sampling=popularity --sampling-power=0.5"
              + " --metrics=recall-plain@3,gini@7 --sample-scores=true --zero-seen=true"
              + " --skip-last=true --plain-recall=true",
          "--model=mult-dae --hidden=6 --select=recall@5 --sampled-items=7"
              + " --sampling=log-uniform --lazy-adam=true",
          "--model=recvae --hidden=4,4 --norm-epsilon=0.5 --gamma=0.25 --prior=standard"
              + " --recipe=joint --schedule=plateau --schedule-patience=3 --sampled-items=8"
              + " --sampling=uniform",
          "--model=svae --hidden=4,3 --next=2 --window=5 --log-deviation=true"
              + " --mean-kl-of-steps=true",
          "--model=u-autorec --activation=identity --output-activation=sigmoid --metrics=mse"
              + " --select=mae",
          "--model=i-autorec --dropout=0.25",
          "--model=implicit-autorec --output-activation=identity",
          "--model=mfae --metrics=reconstruction-mse",
          "--model=popularity --metrics=ndcg@5",
          "--model=ease --l2=3.5 --metrics=recall-plain@9 --plain-recall=true",
          "--model=edlae --l2=30 --dropout=0.2",
          "--model=dlae --l2=30 --dropout=0.2",
          "--model=rdlae --l2=30 --dropout=0.2 --xi=0.7",
          "--model=sparse-rdlae --l2=30 --dropout=0.2 --xi=0.7 --neighbours=9",
          "--model=item-knn --neighbours=7 --shrink=1.5",
          "--model=ials --latent=7 --unobserved-weight=0.25 --l2=0.5 --frequency-power=0.75"
              + " --epochs=3 --seed=4");

  private static Map<String, String> options(String run) {
    var options = new LinkedHashMap<String, String>();
    for (String option : run.split(" ", -1)) {
      String[] parts = option.split("=", 2);
      options.put(parts[0], parts[1]);
    }
    return options;
  }

  private static RunOptions begun(String run) {
    return RunArguments.parse(options(run)).begun();
  }

  static List<String> runs() {
    return RUNS;
  }

  /** So tables and messages can name them; resuming compares by these names. */
  @ParameterizedTest
  @MethodSource("runs")
  void theRecordHasWhatIsGivenAndCallsItTheSame(String run) {
    Map<String, String> byName = begun(run).byName();
    options(run)
        .forEach(
            (option, value) -> {
              String kept = byName.get(option.substring("--".length()));
              assertTrue(
                  kept != null && List.of(value, value + ".0").contains(kept),
                  option + ": " + kept);
            });
  }

  @ParameterizedTest
  @MethodSource("runs")
  void theRecordIsReadAsItWasWritten(String run) {
    RunOptions written = begun(run);
    assertEquals(written, Json.parse(Path.of("r"), Json.text(written), RunOptions.class));
    RunOptions usual = RunOptions.of(written.model());
    assertEquals(usual, Json.parse(Path.of("r"), Json.text(usual), RunOptions.class));
  }

  @Test
  void noOptionAndNoModelIsForgottenHere() {
    Set<String> given =
        RUNS.stream().flatMap(run -> options(run).keySet().stream()).collect(Collectors.toSet());
    assertEquals(
        RunArguments.options().stream().map(OptionSpec::longestName).collect(Collectors.toSet()),
        Stream.concat(given.stream(), Stream.of("--dialect")).collect(Collectors.toSet()));
    assertEquals(
        Set.copyOf(ModelName.all()),
        RUNS.stream().map(run -> begun(run).model()).collect(Collectors.toSet()));
  }

  /** Of Adam, and of the mixture of RecVAE: these stay the authors'. */
  private static final Set<String> WITHOUT_OPTION =
      Set.of("beta1", "beta2", "standard-weight", "old-weight", "wide-weight", "wide-log-variance");

  /** A part without an option of its name could be changed by nobody. */
  @Test
  void whateverMakesARunHasAnOption() {
    Set<String> parts = new TreeSet<>();
    ModelName.all().forEach(model -> parts.addAll(RunOptions.of(model).byName().keySet()));
    parts.removeAll(WITHOUT_OPTION);
    RunArguments.options().forEach(option -> parts.remove(option.longestName().substring(2)));
    assertEquals(Set.of(), parts);
  }

  @Test
  void whatIsGivenStandsOverTheDialectAndThatOverTheAuthors() {
    Map<String, String> run = begun("--dialect=recbole --init-biases=normal").byName();
    assertEquals("normal", run.get("init-biases"), "given");
    assertEquals("xavier-normal", run.get("init-weights"), "the dialect's");
    assertEquals("before-dropout", run.get("l2-normalize"), "the authors'");
  }

  /** A dialect may say more than the model can use; who gives an option expects something of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --gamma=0.1 --beta-cap=0.3                        | --beta-cap does not apply to --gamma 0.1
          --gamma=0.1 --anneal-counter=from-one             | --anneal-counter does not apply to --gamma 0.1
          --model=recvae --anneal-updates=5                 | --anneal-updates does not apply to --gamma 0.005
          --model=recvae --mean-kl=true                     | --mean-kl does not apply to --gamma 0.005
          --first-prior=copy                                | --first-prior does not apply to --prior standard
          --model=recvae --prior=standard --first-prior=copy | --first-prior does not apply to --prior standard
          --encoder-epochs=2                                | --encoder-epochs does not apply to --recipe joint
          --model=recvae --recipe=joint --decoder-epochs=2  | --decoder-epochs does not apply to --recipe joint
          --sampling=uniform                                | --sampling does not apply to a run without --sampled-items
          --sampling-power=1                                | --sampling-power does not apply to a run without --sampled-items
          --lazy-adam=true                                  | --lazy-adam does not apply to a run without --sampled-items
          --sampled-items=9 --weight-decay=0.1 --lazy-adam=true | --lazy-adam does not apply to --weight-decay 0.1
          --sampled-items=9 --sampling=log-uniform --sampling-power=1 | --sampling-power does not apply to --sampling log-uniform
          --model=svae --sampled-items=9                    | --sampled-items does not apply to svae
          --model=implicit-autorec --sampled-items=9        | --sampled-items does not apply to implicit-autorec
          --norm-epsilon=0.5                                | --norm-epsilon does not apply to mult-vae
          --model=svae --prior=composite                    | --prior does not apply to svae
          """)
  void whatWouldDoNothingIsRefused(String run, String message) {
    var refused = assertThrows(ParameterException.class, () -> begun(run));
    assertEquals(message + ": leave it out", refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "--model=recvae --dialect=elliot",
    "--dialect=recvae-wsdm --model=recvae --prior=standard",
    "--model=recvae --beta-cap=0.3 --anneal-updates=5 --mean-kl=true"
  })
  void whatDoesSomethingIsTaken(String run) {
    begun(run);
  }
}
