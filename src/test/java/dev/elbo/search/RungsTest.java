package dev.elbo.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.model.Architecture;
import dev.elbo.model.Baseline;
import dev.elbo.train.RunOptions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RungsTest {

  @ParameterizedTest
  @CsvSource({
    "81,  1, 3 9 27 81",
    "108, 4, 4 12 36 108", // a 27th is a round
    "200, 1, 8 23 67 200",
    "10,  1, 1 2 4 10",
    "3,   1, 1 3",
    "1,   1, 1",
    "10,  4, 4 10", // two rounds, and half of one
    "4,   4, 4"
  })
  void eachRungIsAThirdOfTheNextInWholeRounds(int epochs, int round, String expected) {
    assertEquals(
        expected,
        Rungs.of(epochs, round).epochs().stream()
            .map(String::valueOf)
            .collect(Collectors.joining(" ")));
  }

  @Test
  void theRunSaysHowLongARoundIs() {
    assertEquals(4, RunOptions.of(Architecture.RECVAE).training().recipe().round());
    assertEquals(List.of(8, 24, 68, 200), Rungs.of(RunOptions.of(Architecture.RECVAE)).epochs());
    assertEquals(List.of(0), Rungs.of(RunOptions.of(Baseline.EASE)).epochs());
  }

  @Test
  void aThirdGoesOnAndNeverNoneOfSome() {
    assertEquals(
        List.of(0, 1, 1, 1, 1, 1, 2, 2, 2, 3),
        IntStream.rangeClosed(0, 9).map(Rungs::kept).boxed().toList());
  }

  /** 27 trials of 3 epochs, 9 of 6 more, 3 of 18 more and 1 of 54 more. */
  @Test
  void theFirstRungTakesAThirdOfTheTimeOfFour() {
    double first = 27 * 3;
    assertEquals(first / (first + 9 * 6 + 3 * 18 + 54), Rungs.of(81, 1).shareOfFirst(), 1e-15);
    assertEquals(1, Rungs.of(RunOptions.of(Baseline.EASE)).shareOfFirst());
  }
}
