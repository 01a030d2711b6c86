package dev.elbo.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecipeTest {

  @Test
  void aRoundEndsWithItsLastEpochOfTheDecoder() {
    var recipe = new Recipe.Alternating(3, 2);
    assertEquals(List.of(3, 8), epochs(recipe, Recipe.Epoch::freezes));
    assertEquals(List.of(5, 10), epochs(recipe, Recipe.Epoch::endsRound));
  }

  /** Which of the first ten epochs are such. */
  private static List<Integer> epochs(Recipe recipe, Predicate<Recipe.Epoch> such) {
    return IntStream.rangeClosed(1, 10)
        .filter(number -> such.test(recipe.epoch(number)))
        .boxed()
        .toList();
  }
}
