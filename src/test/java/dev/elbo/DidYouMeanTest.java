package dev.elbo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DidYouMeanTest {

  private static final List<String> NAMES =
      List.of(
          "train", "prepare", "recommend", "ndcg@10", "mult-vae", "mult-dae", "--learning-rate");

  @ParameterizedTest
  @CsvSource({
    "tran, train",
    "trian, train",
    "TRAIN, train",
    "recomend, recommend",
    "recommned, recommend",
    "ndgc@10, ndcg@10",
    "ndcg, ndcg@10",
    "mult-vea, mult-vae",
    "mult, mult-vae",
    "multdae, mult-dae",
    "--lerning-rate, --learning-rate"
  })
  void aNameThatIsCloseWasMeant(String typed, String meant) {
    assertEquals(" (did you mean %s?)".formatted(meant), DidYouMean.among(NAMES, typed));
  }

  @ParameterizedTest
  @CsvSource({"fly", "t", "--lr", "mrr@10", "''"})
  void whatIsLikeNothingIsNotGuessedAt(String typed) {
    assertEquals("", DidYouMean.among(NAMES, typed));
  }

  @Test
  void theNearestIsNamedHoweverFar() {
    assertEquals(Optional.of("mult-dae"), DidYouMean.nearest("x-dae", NAMES));
    assertEquals(Optional.empty(), DidYouMean.nearest("train", List.of()));
  }
}
