package dev.elbo.bench;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.Engines;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A comparison of speed is fair only between two that compute the same. */
class AgreementTest {

  @BeforeAll
  static void startPyTorch() {
    assumeTrue(
        Torch.class.getResource("/jnilib/pytorch.properties") != null,
        "PyTorch's native libraries are not on the class path: -Pbench adds them");
    Torch.start(1);
  }

  static Stream<Arguments> enginesModelsAndInputs() {
    return Stream.of("reference", "fast")
        .map(Engines::byName)
        .flatMap(
            engine ->
                Stream.of(Measured.values())
                    .flatMap(
                        model ->
                            Stream.of(TorchModel.Input.values())
                                .map(input -> Arguments.of(engine, model, input))));
  }

  @ParameterizedTest
  @MethodSource("enginesModelsAndInputs")
  void losses_agree_with_PyTorch_over_several_updates(
      EngineProvider engine, Measured model, TorchModel.Input input) {
    Agreement.check(engine, model, input);
  }
}
