package dev.elbo.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.AdamOptions.Form;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.reference.layers.Parameter;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Tolerances;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AdamTest {

  /** Three updates of three values; the last one's first gradient is zero. */
  private static final double[] START = {1, -2, 0.5};

  private static final double[][] GRADIENTS = {{0.1, -2, 0}, {0.3, 1, -0.004}, {-0.2, 0.5, 0.25}};

  /** From {@code torch.optim.Adam(lr=0.1, betas=(0.9, 0.999), eps=...)}, float64. */
  @Test
  void threeUpdatesInPyTorchsForm() {
    assertArrayEquals(
        new double[] {0.7824315228897929, -1.8672274104696713, 0.51146000479836},
        afterThreeUpdates(1e-8, Form.PYTORCH),
        Tolerances.FLOAT64);
    assertArrayEquals(
        new double[] {0.7839489655205164, -1.8672988599922073, 0.4924595950564856},
        afterThreeUpdates(1e-3, Form.PYTORCH),
        Tolerances.FLOAT64);
  }

  /** From {@code lr_t = lr sqrt(1 - b2^t) / (1 - b1^t)} and its update, in Python's float64. */
  @Test
  void threeUpdatesInTensorFlowsForm() {
    assertArrayEquals(
        new double[] {0.7824319374072126, -1.8672274301822183, 0.5114544606320538},
        afterThreeUpdates(1e-8, Form.TENSORFLOW),
        Tolerances.FLOAT64);
    assertArrayEquals(
        new double[] {0.8168112111672737, -1.8692391312907342, 0.45247041603120425},
        afterThreeUpdates(1e-3, Form.TENSORFLOW),
        Tolerances.FLOAT64);
  }

  private static double[] afterThreeUpdates(double epsilon, Form form) {
    AdamOptions adam = new AdamOptions(0.1, 0.9, 0.999, epsilon, form);
    Parameter parameter = parameter(START);
    for (int t = 1; t <= GRADIENTS.length; t++) {
      update(parameter, GRADIENTS[t - 1], t, adam);
    }
    return parameter.value().data;
  }

  /** The moments are the same in both forms: {@code sum_s (1 - b) b^(t-s) g_s}, and of squares. */
  @Test
  void momentsAreRunningMeansOfGradientsAndTheirSquares() {
    Parameter parameter = parameter(new double[1]);
    AdamOptions adam = AdamOptions.of(1e-3);
    update(parameter, new double[] {2}, 1, adam);
    update(parameter, new double[] {-3}, 2, adam);
    assertEquals(0.1 * (0.9 * 2 - 3), parameter.m().data[0], Tolerances.FLOAT64);
    assertEquals(0.001 * (0.999 * 4 + 9), parameter.v().data[0], Tolerances.FLOAT64);
  }

  /** In the first update {@code m^ / sqrt(v^) = g / |g|}: its size is the learning rate. */
  @Property(seed = "1", tries = 50)
  void firstUpdateIsOneLearningRateAgainstTheGradient(
      @ForAll Form form, @ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    double[] start = RandomValues.normal(shape.in(), random);
    double[] gradient = RandomValues.awayFromZero(shape.in(), random);
    Parameter parameter = parameter(start);
    update(parameter, gradient, 1, AdamOptions.of(0.01).with(form));
    for (int n = 0; n < start.length; n++) {
      double change = parameter.value().data[n] - start[n];
      assertEquals(-0.01 * Math.signum(gradient[n]), change, 0.01 * 1e-6); // epsilon's share
    }
  }

  /** TensorFlow's form with {@code eps sqrt(1 - b2^t)} in the place of eps is PyTorch's. */
  @Property(seed = "1", tries = 50)
  void formsDifferOnlyInEpsilon(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    double[] start = RandomValues.normal(shape.in(), random);
    Parameter tensorFlow = parameter(start);
    Parameter pyTorch = parameter(start);
    for (int t = 1; t <= 5; t++) {
      double epsilon = 0.1;
      double[] gradient = RandomValues.normal(shape.in(), random);
      double scaled = epsilon * Math.sqrt(1 - Math.pow(0.999, t));
      update(tensorFlow, gradient, t, new AdamOptions(0.01, 0.9, 0.999, scaled, Form.TENSORFLOW));
      update(pyTorch, gradient, t, new AdamOptions(0.01, 0.9, 0.999, epsilon, Form.PYTORCH));
    }
    assertArrayEquals(tensorFlow.value().data, pyTorch.value().data, Tolerances.FLOAT64);
  }

  @Property(tries = 2)
  void zeroGradientsWithoutHistoryChangeNothing(@ForAll Form form) {
    Parameter parameter = parameter(START);
    update(parameter, new double[START.length], 1, AdamOptions.of(0.1).with(form));
    assertArrayEquals(START, parameter.value().data);
    assertArrayEquals(new double[START.length], parameter.m().data);
    assertArrayEquals(new double[START.length], parameter.v().data);
  }

  /** {@code m} and {@code sqrt(v)} scale with the gradient, so their quotient does not. */
  @Property(seed = "1", tries = 50)
  void theScaleOfTheGradientDoesNotMatter(
      @ForAll Form form, @ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    AdamOptions adam = new AdamOptions(0.01, 0.9, 0.999, 1e-30, form);
    double[] start = RandomValues.normal(shape.in(), random);
    Parameter plain = parameter(start);
    Parameter scaled = parameter(start);
    for (int t = 1; t <= 5; t++) {
      double[] gradient = RandomValues.normal(shape.in(), random);
      update(plain, gradient, t, adam);
      for (int n = 0; n < gradient.length; n++) {
        gradient[n] *= 1000;
      }
      update(scaled, gradient, t, adam);
    }
    assertArrayEquals(plain.value().data, scaled.value().data, Tolerances.FLOAT64);
  }

  private static Parameter parameter(double[] values) {
    Parameter parameter = Parameter.bias("theta", values.length);
    System.arraycopy(values, 0, parameter.value().data, 0, values.length);
    return parameter;
  }

  private static void update(Parameter parameter, double[] gradient, long t, AdamOptions adam) {
    System.arraycopy(gradient, 0, parameter.gradient().data, 0, gradient.length);
    new Adam().update(parameter, t, adam);
  }
}
