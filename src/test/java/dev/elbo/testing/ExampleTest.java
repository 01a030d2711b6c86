package dev.elbo.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.model.Architecture;
import dev.elbo.model.LayerSpec;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is not among the examples, {@link EngineContract} does not try. */
class ExampleTest {

  /** Models of sequences are {@link SequenceContract}'s. */
  @Test
  void everyModelIsTried() {
    for (Architecture architecture : Architecture.values()) {
      assertTrue(
          architecture.isSequential()
              || Example.all()
                  .anyMatch(example -> example.name().contains(architecture.toString())),
          architecture.toString());
    }
  }

  @Test
  void everyLayerIsTried() {
    Stream<LayerSpec> ofSequences =
        Arrays.stream(Architecture.values())
            .filter(Architecture::isSequential)
            .flatMap(model -> model.defaults().model(9).layers().stream());
    Stream<LayerSpec> ofExamples = Example.all().flatMap(e -> e.model().layers().stream());
    assertEquals(
        SealedTypes.records(LayerSpec.class),
        Stream.concat(ofExamples, ofSequences)
            .map(LayerSpec::getClass)
            .collect(Collectors.toSet()));
  }
}
