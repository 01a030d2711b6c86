package dev.elbo.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;
import org.ejml.data.DMatrixRMaj;

/** The gradients of a replay beside central differences of its loss. */
final class ReplayGradients {

  private static final double STEP = 1e-5;

  private ReplayGradients() {}

  /** Looks along one direction of each parameter: all its values at once, with changing signs. */
  static void check(GoldenCase golden, Mistake mistake) {
    var pass = new ReplayPass(golden, Set.of(mistake), Replay.parameters(golden), true);
    pass.gradients()
        .forEach(
            (name, gradient) -> {
              double analytic = 0;
              double largest = 1;
              for (int n = 0; n < gradient.data.length; n++) {
                analytic += sign(n) * gradient.data[n];
                largest = Math.max(largest, Math.abs(gradient.data[n]));
              }
              double numeric =
                  (loss(golden, name, STEP, mistake) - loss(golden, name, -STEP, mistake))
                      / (2 * STEP);
              assertEquals(numeric, analytic, 1e-4 * largest, mistake + ": " + name);
            });
  }

  private static int sign(int n) {
    return n % 3 == 0 ? -1 : 1;
  }

  private static double loss(GoldenCase golden, String parameter, double step, Mistake mistake) {
    Map<String, DMatrixRMaj> parameters = Replay.parameters(golden);
    double[] moved = parameters.get(parameter).data;
    for (int n = 0; n < moved.length; n++) {
      moved[n] += step * sign(n);
    }
    return new ReplayPass(golden, Set.of(mistake), parameters, true).losses().get("loss")[0];
  }
}
