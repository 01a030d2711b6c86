package dev.elbo.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elbo.linalg.Workers;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EaseVsTorchTest {

  @Test
  void all_find_the_same_weights() {
    AgreementTest.startPyTorch();
    try (var workers = new Workers(2);
        var manager = Torch.engine().newBaseManager()) {
      var contestants = EaseVsTorch.contestants(SyntheticUsers.draw(50, 40), workers, manager);
      assertDoesNotThrow(() -> EaseVsTorch.check(contestants));
    }
  }

  @Test
  void OpenBLAS_finds_our_weights() {
    assumeTrue(NetlibBlas.startOpenBlas(1), "OpenBLAS is not on this machine");
    var users = SyntheticUsers.draw(50, 40);
    try (var workers = new Workers(2)) {
      Ease ours = Ease.ours(users, workers);
      Ease theirs = Ease.openBlas(users, workers);
      assertDoesNotThrow(() -> EaseVsTorch.check(Map.of(Product.OURS, ours, "theirs", theirs)));
    }
  }

  @Test
  void other_weights_are_an_error() {
    Ease ours = weights -> weights.accept(() -> new float[] {0, 0.5f});
    Ease other = weights -> weights.accept(() -> new float[] {0, 0.4f});
    assertThrows(
        IllegalStateException.class,
        () -> EaseVsTorch.check(Map.of(Product.OURS, ours, "other", other)));
  }
}
