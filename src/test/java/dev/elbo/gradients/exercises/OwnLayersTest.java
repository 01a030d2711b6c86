package dev.elbo.gradients.exercises;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.elbo.ElboException;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Update;
import dev.elbo.model.KlWeight;
import dev.elbo.random.Noise;
import dev.elbo.testing.Example;
import dev.elbo.testing.Tolerances;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models that compute with what somebody has written: here, the solutions of all exercises. */
class OwnLayersTest {

  private static final String OWN = "reference:" + Solutions.FOLDER;

  private static Stream<Example> examples() {
    return Example.all();
  }

  /** Two updates, and the scores after them. */
  @ParameterizedTest
  @MethodSource("examples")
  void trainAsTheEngineDoes(Example example) {
    try (Engine right = Engines.byName("reference").create(example.model(), example.state(), 1);
        Engine own = Engines.byName(OWN).create(example.model(), example.state(), 1)) {
      for (int step = 0; step < 2; step++) {
        Update update =
            new Update(
                example.batch(),
                Noise.of(1, step),
                KlWeight.of(0.2),
                Update.ALL,
                new Outputs.All());
        double expected = right.step(update, AdamOptions.of(0.01)).total();
        double found = own.step(update, AdamOptions.of(0.01)).total();
        assertEquals(expected, found, Tolerances.FLOAT64 * Math.abs(expected));
      }
      for (String name : right.state().parameters().tensors().keySet()) {
        double[] expected = right.state().parameters().float64(name);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertArrayEquals(
            expected,
            own.state().parameters().float64(name),
            100 * Tolerances.FLOAT64 * largest,
            name);
      }
    }
  }

  @Test
  void aFolderWithoutLayersIsNoEngine() {
    var error = assertThrows(ElboException.class, () -> Engines.byName("reference:main"));
    assertEquals("main: expected Java files in this folder, found none", error.getMessage());
  }
}
