package dev.elbo.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.elbo.eval.Estimate;
import dev.elbo.train.LearningRateSchedule.Constant;
import dev.elbo.train.LearningRateSchedule.Decay;
import dev.elbo.train.LearningRateSchedule.Plateau;
import dev.elbo.train.LearningRateSchedule.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateScheduleTest {

  private static final Criterion NDCG = Criterion.parse("ndcg@100");

  /** A run that was so good after each epoch. */
  private static List<EpochResult> epochs(Criterion criterion, double... values) {
    return DoubleStream.of(values)
        .mapToObj(
            value ->
                new EpochResult(
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    new LinkedHashMap<>(Map.of(criterion.name(), new Estimate(value, null)))))
        .toList();
  }

  /** The rates of all epochs of a run that begins with 1: of the first, and after each value. */
  private static List<Double> rates(
      LearningRateSchedule schedule, Criterion criterion, double... values) {
    List<EpochResult> epochs = epochs(criterion, values);
    return IntStream.rangeClosed(0, values.length)
        .mapToObj(done -> schedule.ofEpoch(1, epochs.subList(0, done), criterion))
        .toList();
  }

  private static LearningRateSchedule halving(Decay decay, double minimum) {
    return new LearningRateSchedule(decay, 0.5, minimum, 0);
  }

  @Test
  void aConstantRateStays() {
    assertEquals(List.of(1.0, 1.0, 1.0), rates(LearningRateSchedule.CONSTANT, NDCG, 0.1, 0.1));
  }

  /** As {@code StepLR(optimizer, step_size=2, gamma=0.5)} has it. */
  @Test
  void stepsComeAfterEverySoManyEpochs() {
    assertEquals(
        List.of(1.0, 1.0, 0.5, 0.5, 0.25, 0.25),
        rates(halving(new Step(2), 0), NDCG, 0.1, 0.2, 0.3, 0.4, 0.5));
  }

  /**
   * Two epochs (0.2, 0.3) are not better than 0.3: lowered. Then a better one, then three that are
   * not, the second of which lowers it again.
   */
  @Test
  void aPlateauIsSoManyEpochsWithoutABetterOne() {
    assertEquals(
        List.of(1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25),
        rates(halving(new Plateau(2), 0), NDCG, 0.3, 0.2, 0.3, 0.31, 0.3, 0.3, 0.3));
  }

  @Test
  void aPlateauThatLastsLowersAgainAndAgain() {
    assertEquals(
        List.of(1.0, 1.0, 0.5, 0.25, 0.125),
        rates(halving(new Plateau(1), 0), NDCG, 0.3, 0.3, 0.3, 0.3));
  }

  @Test
  void ofALossLessIsBetter() {
    assertEquals(
        List.of(1.0, 1.0, 1.0, 0.5),
        rates(halving(new Plateau(1), 0), Criterion.parse("loss"), 7, 6, 6.5));
  }

  @Test
  void theRateDoesNotFallBelowTheMinimum() {
    assertEquals(
        List.of(1.0, 0.5, 0.3, 0.3), rates(halving(new Step(1), 0.3), NDCG, 0.1, 0.1, 0.1));
  }

  /** Adam takes no rate of 0, which 2000 halvings would be. */
  @Test
  void theRateIsNeverZero() {
    List<Double> rates = rates(halving(new Step(1), 0), NDCG, new double[2000]);
    assertEquals(Double.MIN_VALUE, rates.getLast());
  }

  @Test
  void theWarmUpRisesLinearlyToTheRateOfTheEpoch() {
    var schedule = new LearningRateSchedule(new Constant(), 0.5, 0, 4);
    assertEquals(
        List.of(0.5, 1.0, 1.5, 2.0, 2.0),
        IntStream.range(0, 5).mapToObj(update -> schedule.ofUpdate(2, update)).toList());
    assertEquals(2, LearningRateSchedule.CONSTANT.ofUpdate(2, 0));
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "1, 0, 0", "NaN, 0, 0", "0.5, -1, 0", "0.5, NaN, 0", "0.5, 0, -1"})
  void numbersOutOfRangeAreRefused(double factor, double minimum, long warmUp) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new LearningRateSchedule(new Constant(), factor, minimum, warmUp));
    assertThrows(IllegalArgumentException.class, () -> new Step(0));
    assertThrows(IllegalArgumentException.class, () -> new Plateau(0));
  }
}
