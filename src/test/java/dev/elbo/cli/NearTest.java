package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearTest {

  @Test
  void theNearestFirstAndThreeAtMost() {
    List<String> names = List.of("anneliese", "annalisa", "annelise", "bert", "anneliesa");
    assertEquals(List.of("anneliese", "annelise", "anneliesa"), Near.of("Anneliese", names));
  }

  @Test
  void aThirdOfTheCharactersMayDiffer() {
    assertEquals(List.of("abcdef"), Near.of("abcdxy", List.of("abcdef")));
    assertEquals(List.of(), Near.of("abcxyz", List.of("abcdef")));
    assertEquals(List.of("u1"), Near.of("u", List.of("u1", "v11")));
  }
}
