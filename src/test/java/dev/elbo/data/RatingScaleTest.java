package dev.elbo.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatingScaleTest {

  @ParameterizedTest
  @CsvSource({
    "1 2 3 4 5, false",
    "0 0 0 0 10, false", // as in Book-Crossing, where 0 stands for no rating
    "10 30 70 100, false",
    "-10 0.5 0 9.9, false",
    "7, false",
    "1 1 2 3 20, true",
    "1 2 2 3 20, true",
    "1 2 3 3 20, false",
    "99 100 101, true", // beyond a percentage
    "0.1 0.5 3.2 273, true", // hours played
    "-1 0 0 0 500, false"
  })
  void countsHaveALongTail(String numbers, boolean expected) {
    String[] texts = numbers.split(" ", -1);
    float[] ratings = new float[texts.length];
    for (int n = 0; n < ratings.length; n++) {
      ratings[n] = Float.parseFloat(texts[n]);
    }
    assertEquals(expected, RatingScale.isExceededBy(ratings));
  }
}
