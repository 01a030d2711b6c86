package dev.elbo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.elbo.engine.AdamOptions.Form;
import dev.elbo.io.Json;
import dev.elbo.testing.Tolerances;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdamOptionsTest {

  @Test
  void constantsOfThePaperInTheFormOfTheAuthorsCode() {
    assertEquals(new AdamOptions(0.001, 0.9, 0.999, 1e-8, Form.TENSORFLOW), AdamOptions.of(0.001));
  }

  @Test
  void aModelOfBeforeTheOptionIsRead() {
    String json = Json.text(AdamOptions.of(0.001));
    String older =
        json.replace("adamEpsilon", "epsilon").replaceFirst(",\\s*\"lazyAdam\" : false", "");
    assertNotEquals(json.replace("adamEpsilon", "epsilon"), older);
    assertEquals(
        AdamOptions.of(0.001), Json.parse(Path.of("model.json"), older, AdamOptions.class));
  }

  /**
   * Both forms as {@code rate m / (sqrt(v) + epsilon)}, against the lines they are usually written
   * in.
   */
  @ParameterizedTest
  @CsvSource({"1", "2", "10", "1000", "200000"})
  void bothFormsAreTheUsualFormulas(int t) {
    double m = -0.3;
    double v = 0.02;
    double correction1 = 1 - Math.pow(0.9, t);
    double correction2 = 1 - Math.pow(0.999, t);
    double epsilon = 0.05;

    double rate = 0.01 * Math.sqrt(correction2) / correction1;
    assertEquals(
        rate * m / (Math.sqrt(v) + epsilon),
        change(new AdamOptions(0.01, 0.9, 0.999, epsilon, Form.TENSORFLOW), t, m, v),
        Tolerances.FLOAT64);

    double correctedM = m / correction1;
    double correctedV = v / correction2;
    assertEquals(
        0.01 * correctedM / (Math.sqrt(correctedV) + epsilon),
        change(new AdamOptions(0.01, 0.9, 0.999, epsilon, Form.PYTORCH), t, m, v),
        Tolerances.FLOAT64);
  }

  private static double change(AdamOptions adam, long t, double m, double v) {
    return adam.rate(t) * m / (Math.sqrt(v) + adam.epsilon(t));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.9, 0.999, 1e-8",
    "-1, 0.9, 0.999, 1e-8",
    "NaN, 0.9, 0.999, 1e-8",
    "Infinity, 0.9, 0.999, 1e-8",
    "0.1, 1, 0.999, 1e-8",
    "0.1, -0.1, 0.999, 1e-8",
    "0.1, 0.9, 1, 1e-8",
    "0.1, 0.9, NaN, 1e-8",
    "0.1, 0.9, 0.999, 0",
    "0.1, 0.9, 0.999, 9e-31",
    "0.1, 0.9, 0.999, Infinity",
    "0.1, 0.9, 0.999, NaN"
  })
  void valuesOutsideTheirRangesAreRefused(
      double learningRate, double beta1, double beta2, double epsilon) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new AdamOptions(learningRate, beta1, beta2, epsilon, Form.PYTORCH));
  }
}
