package dev.elbo.gradients.exercises;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.gradients.exercises.Attempt.Compared;
import dev.elbo.own.OwnCode;
import dev.elbo.own.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every exercise as somebody does it: the file to fill in, the solution, and the usual mistakes.
 */
class ExerciseTest {

  /** What a mistake is in the solution: some code, and what is written instead. */
  private record Slip(String mistake, String right, String wrong) {}

  private static final List<Slip> SLIPS =
      List.of(
          new Slip("derivative-forgotten", " * (1 - y[b][h] * y[b][h])", ""),
          new Slip("square-forgotten", "(1 - y[b][h] * y[b][h])", "(1 - y[b][h])"),
          new Slip("sigmoid-derivative", "(1 - y[b][h] * y[b][h])", "y[b][h] * (1 - y[b][h])"),
          new Slip("summed-over-users", "double users = s.length", "double users = 1"),
          new Slip("one-item-softmax", "double n = items[b].length", "double n = 1"),
          new Slip("normaliser-forgotten", "double n = items[b].length", "double n = 0"),
          new Slip("weight-transposed", "dy[u][o] * W[o][i]", "dy[u][o] * W[i][o]"),
          new Slip("product-transposed", "dW[o][i] +=", "dW[i][o] +="),
          new Slip("bias-averaged", "+= dy[u][o];", "+= dy[u][o] / x.length;"),
          new Slip("scatter-overwrites", "dW[o][items[u][n]] +=", "dW[o][items[u][n]] ="),
          new Slip("values-ignored", "+= dy[u][o] * x[u][n]", "+= dy[u][o]"),
          new Slip("gradient-not-cleared", "Arrays.fill(row, 0);", ""),
          new Slip("norm-held-constant", "(dy[b][n] - y * along)", "dy[b][n]"),
          new Slip("norm-forgotten", "(dy[b][n] - y * along) / r", "dy[b][n] - y * along"),
          new Slip("mask-not-applied", "mask[b][h] * dy[b][h]", "dy[b][h]"),
          new Slip("mask-not-rescaled", "dy[b][h] / (1 - rate)", "dy[b][h]"),
          new Slip("kl-forgotten", "dz[b][k] + klOfMu", "dz[b][k]"),
          new Slip("kl-summed-over-users", "+ klOfMu", "+ klOfMu * mu.length"),
          new Slip("half-forgotten", "Math.exp(lv[b][k] / 2) / 2;", "Math.exp(lv[b][k] / 2);"),
          new Slip(
              "variance-for-deviation", "Math.exp(lv[b][k] / 2) / 2;", "Math.exp(lv[b][k]) / 2;"),
          new Slip("noise-not-followed", "dz[b][k] * slope + ", ""),
          new Slip("two-forgotten", "2 * lambda", "lambda"),
          new Slip(
              "biases-decayed",
              "double[][] weight = weights.get(n);",
              """
              for (int k = 0; k < biases.get(n).length; k++) {
                dBiases.get(n)[k] += 2 * lambda * biases.get(n)[k];
              }
              double[][] weight = weights.get(n);
              """),
          new Slip("bias-not-corrected", "W[o][i] -= corrected", "W[o][i] -= rate"),
          new Slip(
              "epsilon-inside-root",
              "(Math.sqrt(v[o][i]) + epsilon)",
              "Math.sqrt(v[o][i] + epsilon)"),
          new Slip("betas-exchanged", "double b1,\n      double b2,", "double b2, double b1,"),
          new Slip("updates-from-two", "double corrected", "t++; double corrected"),
          new Slip(
              "plain-descent", "corrected * m[o][i] / (Math.sqrt(v[o][i]) + epsilon)", "rate * g"),
          new Slip("time-forgotten", "fromNext = back;", ""),
          new Slip(
              "gates-exchanged",
              "double r = step.r[k];\n        double u = step.u[k];",
              "double r = step.u[k]; double u = step.r[k];"),
          new Slip("one-bias", "dbh[g] += dc[g];", "dbh[g] += da[g];"),
          new Slip("range-forgotten", "/ (high - low);", "/ Math.pow(high - low, 2);"),
          new Slip(
              "scaled-output-taken",
              "(y[b][h] - low) * (high - y[b][h]) / (high - low)",
              "y[b][h] * (1 - y[b][h])"),
          new Slip("half-assumed", "2 * (y[b][n]", "(y[b][n]"),
          new Slip(
              "mean-over-ratings",
              "dy[b][n] = 2 * (y[b][n] - r[b][n]) / y.length",
              "dy[b][n] = 2 * (y[b][n] - r[b][n])"
                  + " / java.util.Arrays.stream(y).mapToInt(row -> row.length).sum()"),
          new Slip("rating-off-by-one", "2 * (y[b][n]", "2 * (1 + y[b][n]"),
          new Slip("count-forgotten", "return divided(dy, x);", "return dy;"),
          new Slip(
              "one-forgotten",
              "return divided(dy, x);",
              """
              double[][] dx = new double[x.length][];
              for (int b = 0; b < x.length; b++) {
                double n = x[b].length;
                dx[b] = Arrays.stream(dy[b]).map(value -> value / n).toArray();
              }
              return dx;
              """),
          new Slip("factor-held-still", "(s + y * (1 - s))", "s"),
          new Slip("output-for-sigmoid", "(s + y * (1 - s))", "(s + y * (1 - y))"),
          new Slip("mean-forgotten", " - shift", ""),
          new Slip("variance-held-still", " - n[h] * stretch", ""),
          new Slip("gain-forgotten", "g[h] * dy[u][h]", "dy[u][h]"),
          new Slip("gain-of-the-output", "dy[u][h] * n[h]", "dy[u][h] * (g[h] * n[h] + b[h])"));

  /** Mistakes that an exercise leaves no room for, and why. */
  private static final Map<String, String> IMPOSSIBLE =
      Map.of(
          "mask-drawn-again", "the mask is given",
          "users-joined", "one user is given");

  /** Lessons without an exercise, and why. */
  private static final Map<String, String> NOTHING_TO_WRITE =
      Map.of(
          "G01GradientCheckTest", "it is about the check itself",
          "G10ModelTest", "it is about the layers together: train --engine reference:FOLDER",
          "G13ObservedLinearTest", "the exercise linear at some places only",
          "G18ResidualTest", "it connects other layers",
          "G19CompositePriorTest", "it needs an old encoder, which only RecVAE has",
          "G20SampledLossTest", "the exercise multinomial-loss with other logits");

  @TempDir private Path folder;

  private static List<Exercise> exercises() {
    return Exercise.all();
  }

  private Attempt attempt(Exercise exercise, String source) throws IOException {
    Path file = Files.writeString(folder.resolve("Mine.java"), source);
    OwnCode code = OwnCode.ofFile(file, message -> {});
    return Attempt.of(exercise, code.implementing(exercise.task()), 1);
  }

  @ParameterizedTest
  @MethodSource("exercises")
  void theFileToFillInCompilesAndIsNotWrittenYet(Exercise exercise) throws IOException {
    Attempt attempt = attempt(exercise, exercise.template());
    assertFalse(attempt.isRight());
    String failure = attempt.failure().orElseThrow().getMessage();
    assertTrue(OwnCode.isNotWritten(attempt.failure().get()), failure);
    assertTrue(failure.matches("Mine\\.java:\\d+: \\w+ is not written yet"), failure);
    assertTrue(attempt.forward().isEmpty());
    assertTrue(exercise.hints().stream().noneMatch(String::isBlank));
    assertFalse(exercise.hints().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("exercises")
  void theSolutionIsRightWhateverTheValues(Exercise exercise) {
    OwnCode code = OwnCode.ofFile(Solutions.file(exercise), message -> {});
    for (long seed : new long[] {1, 2, 3}) {
      Attempt attempt = Attempt.of(exercise, code.implementing(exercise.task()), seed);
      assertTrue(attempt.isRight(), attempt::toString);
      assertFalse(attempt.forward().isEmpty());
    }
  }

  /** As what it is, and as nothing else. */
  @TestFactory
  Stream<DynamicTest> every_mistake_is_recognised() {
    return exercises().stream()
        .flatMap(
            exercise ->
                exercise.mistakes().stream()
                    .map(KnownMistake::name)
                    .filter(name -> !IMPOSSIBLE.containsKey(name))
                    .map(
                        name -> DynamicTest.dynamicTest(name, () -> isRecognised(exercise, name))));
  }

  private void isRecognised(Exercise exercise, String mistake) throws IOException {
    Slip slip = SLIPS.stream().filter(one -> one.mistake.equals(mistake)).findFirst().orElseThrow();
    String solution = Solutions.source(exercise);
    assertTrue(solution.contains(slip.right), slip::toString);
    Attempt attempt = attempt(exercise, solution.replace(slip.right, slip.wrong));
    Set<String> named =
        Stream.concat(attempt.forward().stream(), attempt.backward().stream())
            .flatMap(array -> array.looksLike().stream())
            .map(KnownMistake::name)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(mistake), named, attempt::toString);
  }

  /** A wrong function with the right gradient, and one that is off by a factor. */
  @Test
  void aWrongFunctionIsToldFromAWrongGradient() throws IOException {
    Exercise loss = named("multinomial-loss");
    String solution = Solutions.source(loss);
    Attempt attempt = attempt(loss, solution.replace("return sum / s.length", "return sum"));
    assertEquals(List.of("loss"), wrong(attempt.forward()));
    assertEquals(List.of(), wrong(attempt.backward()));

    attempt = attempt(loss, solution.replace("ds[b][j] -= 1", "ds[b][j] += 1"));
    assertEquals(List.of(), wrong(attempt.forward()));
    assertEquals(List.of("ds"), wrong(attempt.backward()));
    assertTrue(attempt.backward().getFirst().looksLike().isEmpty());
  }

  @Test
  void aFactorIsNamed() throws IOException {
    Exercise tanh = named("tanh");
    Attempt attempt =
        attempt(tanh, Solutions.source(tanh).replace("= dy[b][h] *", "= -dy[b][h] *"));
    assertEquals(-1, attempt.backward().getFirst().factor().orElseThrow(), 1e-6);
    assertEquals("dx[0][0] (user 0, unit 0)", first(attempt));
  }

  /** The third value of a row is of whatever item is the third of that user. */
  @Test
  void aPlaceInARaggedRowHasItsItem() throws IOException {
    Exercise dropout = named("dropout");
    Attempt attempt =
        attempt(
            dropout,
            Solutions.source(dropout)
                .replace("mask[b][h] * dy[b][h]", "mask[b][h] * (dy[b][h] + 1)"));
    assertTrue(
        first(attempt).matches("dx\\[\\d+]\\[\\d+] \\(user \\d+, item \\d+\\)"), first(attempt));
  }

  private static String first(Attempt attempt) {
    return attempt.backward().getFirst().wrong().getFirst().place();
  }

  private static List<String> wrong(List<Compared> arrays) {
    return arrays.stream().filter(one -> !one.wrong().isEmpty()).map(Compared::array).toList();
  }

  private static Exercise named(String name) {
    return exercises().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  /** A new task needs an exercise, and a new lesson one that names it, or a reason. */
  @Test
  void everyTaskAndEveryLessonHasAnExercise() throws IOException {
    assertEquals(Set.of(Task.class.getDeclaredClasses()), Set.copyOf(Task.all()));
    assertEquals(Task.all(), exercises().stream().map(Exercise::task).collect(Collectors.toList()));
    String texts = exercises().stream().map(Exercise::template).collect(Collectors.joining());
    try (Stream<Path> lessons = Files.list(Path.of("test", "java", "dev", "elbo", "gradients"))) {
      lessons
          .map(file -> file.getFileName().toString().replace(".java", ""))
          .filter(name -> name.matches("G\\d\\d\\w+"))
          .forEach(
              name ->
                  assertTrue(
                      texts.contains("Lesson: " + name + ".") != NOTHING_TO_WRITE.containsKey(name),
                      name));
    }
  }
}
