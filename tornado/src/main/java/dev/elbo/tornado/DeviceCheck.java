package dev.elbo.tornado;

import dev.elbo.data.Batch;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Update;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.model.Architecture;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.reference.ReferenceEngineProvider;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Holds a device to the reference engine, without a test framework: for a machine where there is
 * nothing but what {@code tools/gpu-bundle} packs. Every forward kernel shows in the activations,
 * every backward kernel in the gradients, Adam in an update; the sizes go beyond tiles and groups,
 * and make some products divided.
 */
public final class DeviceCheck {

  private static final int ITEMS = 700;
  private static final int USERS = 150;
  private static final double TOLERANCE = 1e-4;
  private static final double BETA = 0.3;

  private boolean agrees = true;

  private DeviceCheck() {}

  /**
   * Prints a line for each tensor of each model. Exit code 0 if all agree, 1 if one does not.
   *
   * @param arguments a device's number, such as {@code 0:1}, or nothing
   */
  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) {
    EngineProvider tornado = new TornadoEngineProvider();
    EngineProvider provider = arguments.length == 0 ? tornado : tornado.on(arguments[0]);
    var check = new DeviceCheck();
    for (Architecture architecture :
        List.of(Architecture.MULT_VAE, Architecture.MULT_DAE, Architecture.RECVAE)) {
      Model model = new ModelOptions(architecture, List.of(130), 9, 0.5, 0).model(ITEMS);
      provider
          .lacking(model)
          .ifPresentOrElse(
              part -> System.out.printf("%s: skipped, no %s%n", architecture, part),
              () -> check.model(provider, model, architecture));
    }
    System.exit(check.agrees ? 0 : 1);
  }

  private void model(EngineProvider provider, Model model, Architecture architecture) {
    RandomGenerator random = new SplittableRandom(1);
    Parameters small = Parameters.initial(model, 1);
    EngineState state = EngineState.initial(small);
    Batch batch = Batch.range(RandomValues.sparse(USERS, ITEMS, random), 0, USERS);
    Update update = Update.of(batch, Noise.of(2, 3), BETA);
    try (Engine device = provider.create(model, state, Runtime.getRuntime().availableProcessors());
        Engine reference = new ReferenceEngineProvider().create(model, state, 1)) {
      List<Activation> expected = reference.activations(batch, update.noise());
      List<Activation> found = device.activations(batch, update.noise());
      for (int n = 0; n < expected.size(); n++) {
        line(
            architecture + ", " + expected.get(n).name(),
            expected.get(n).values(),
            found.get(n).values());
      }
      lines(architecture + ", gradient of ", reference.gradients(update), device.gradients(update));
      AdamOptions adam = AdamOptions.of(0.01);
      line(
          architecture + ", loss",
          values(reference.step(update, adam)),
          values(device.step(update, adam)));
      lines(
          architecture + ", first moment of ",
          reference.state().firstMoments(),
          device.state().firstMoments());
      lines(
          architecture + ", second moment of ",
          reference.state().secondMoments(),
          device.state().secondMoments());
      // The step that Adam makes of a gradient near zero is rounding: the scores say what matters.
      line(
          architecture + ", loss after an update",
          values(reference.loss(update)),
          values(device.loss(update)));
    }
  }

  private static double[] values(Loss loss) {
    return new double[] {loss.nll(), loss.kl()};
  }

  private void lines(String what, Parameters expected, Parameters found) {
    for (String name : expected.tensors().keySet()) {
      line(what + name, expected.float64(name), found.float64(name));
    }
  }

  /** One tensor: the largest difference, relative to the tensor's largest value. */
  @SuppressWarnings("SystemOut")
  private void line(String what, double[] expected, double[] found) {
    double largest = 0;
    double difference = 0;
    for (int n = 0; n < expected.length; n++) {
      largest = Math.max(largest, Math.abs(expected[n]));
      double apart = Math.abs(expected[n] - found[n]);
      difference = apart > difference || Double.isNaN(apart) ? apart : difference;
    }
    double relative = largest == 0 ? difference : difference / largest;
    boolean within = relative <= TOLERANCE;
    agrees &= within;
    System.out.printf("%-60s %10.2e  %s%n", what, relative, within ? "agrees" : "DIFFERS");
  }
}
