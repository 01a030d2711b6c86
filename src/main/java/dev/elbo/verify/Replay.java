package dev.elbo.verify;

import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.AdamOptions.Form;
import dev.elbo.io.Tensor;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.verify.Mistake.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.ejml.data.DMatrixRMaj;

/**
 * Computes all tensors of a golden case of Mult-VAE or Mult-DAE with mistakes put in; with none,
 * the golden tensors themselves up to rounding.
 */
final class Replay {

  private final GoldenCase golden;
  private final Set<Mistake> mistakes;
  private final Set<Kind> kinds;
  private final Map<String, double[]> tensors = new HashMap<>();

  private Replay(GoldenCase golden, Set<Mistake> mistakes) {
    this.golden = golden;
    this.mistakes = mistakes;
    this.kinds = Mistake.kinds(mistakes);
  }

  /**
   * What an implementation with these mistakes computes.
   *
   * @param names the tensors that are wanted
   * @return their values by name, row-major
   */
  static Map<String, double[]> of(GoldenCase golden, Set<Mistake> mistakes, Set<String> names) {
    Replay replay = new Replay(golden, mistakes);
    replay.firstPass();
    for (Form form : Form.values()) {
      if (names.stream().anyMatch(name -> name.startsWith(updated(form)))) {
        replay.updates(form);
      }
    }
    replay.scores();
    names.forEach(name -> replay.tensors.putIfAbsent(name, golden.values(name)));
    replay.tensors.keySet().retainAll(names);
    return replay.tensors;
  }

  private static String updated(Form form) {
    return "updated." + form;
  }

  private boolean has(Kind kind) {
    return kinds.contains(kind);
  }

  /** The parameters before the first update; a bias is a row. */
  static Map<String, DMatrixRMaj> parameters(GoldenCase golden) {
    Map<String, DMatrixRMaj> parameters = new HashMap<>();
    for (Affine affine : golden.model().affineLayers()) {
      for (String name : new String[] {affine.weight(), affine.bias()}) {
        Tensor tensor = golden.tensors().get(name);
        int columns = name.equals(affine.weight()) ? affine.in() : affine.out();
        double[] values = tensor.float64().clone();
        parameters.put(name, DMatrixRMaj.wrap(values.length / columns, columns, values));
      }
    }
    return parameters;
  }

  private void firstPass() {
    ReplayPass pass = new ReplayPass(golden, mistakes, parameters(golden), true);
    for (int layer = 0; layer < pass.outputs.size(); layer++) {
      String name = "activation." + golden.model().activationName(layer);
      tensors.put(name, pass.outputs.get(layer).data);
    }
    tensors.putAll(pass.losses());
    pass.gradients().forEach((name, value) -> tensors.put("gradient." + name, value.data));
  }

  private void updates(Form form) {
    Map<String, DMatrixRMaj> parameters = parameters(golden);
    Map<String, double[]> m = new HashMap<>();
    Map<String, double[]> v = new HashMap<>();
    int shift = 0;
    if (has(Kind.ONE_UPDATE_MORE)) {
      shift = 1;
    } else if (has(Kind.ONE_UPDATE_LESS)) {
      shift = -1;
    }
    for (int t = 0; t <= GoldenCase.STORED_UPDATES.getLast() + shift; t++) {
      if (t > 0) {
        Map<String, DMatrixRMaj> gradients =
            new ReplayPass(golden, mistakes, parameters, true).gradients();
        for (String name : gradients.keySet()) {
          int size = gradients.get(name).data.length;
          update(
              t,
              form,
              parameters.get(name).data,
              gradients.get(name).data,
              m.computeIfAbsent(name, _ -> new double[size]),
              v.computeIfAbsent(name, _ -> new double[size]));
        }
      }
      if (GoldenCase.STORED_UPDATES.contains(t - shift)) {
        String prefix = "%s.%d.".formatted(updated(form), t - shift);
        parameters.forEach((name, value) -> tensors.put(prefix + name, value.data.clone()));
      }
    }
  }

  private void update(int update, Form right, double[] theta, double[] g, double[] m, double[] v) {
    Form other = right == Form.TENSORFLOW ? Form.PYTORCH : Form.TENSORFLOW;
    AdamOptions adam = golden.adam(has(Kind.OTHER_ADAM_FORM) ? other : right);
    int t = has(Kind.ADAM_ONE_AHEAD) ? update + 1 : update;
    double beta1 = has(Kind.ADAM_BETAS_EXCHANGED) ? adam.beta2() : adam.beta1();
    double beta2 = has(Kind.ADAM_BETAS_EXCHANGED) ? adam.beta1() : adam.beta2();
    double correction1 = has(Kind.NO_BIAS_CORRECTION) ? 1 : 1 - Math.pow(beta1, t);
    double correction2 = has(Kind.NO_BIAS_CORRECTION) ? 1 : 1 - Math.pow(beta2, t);
    boolean outside = adam.form() == Form.TENSORFLOW;
    double rate = adam.learningRate() / correction1 * (outside ? Math.sqrt(correction2) : 1);
    double lambda = golden.scalar("weight_decay");
    for (int n = 0; n < theta.length; n++) {
      double gradient = has(Kind.OPTIMIZER_DECAY) ? g[n] + lambda * theta[n] : g[n];
      m[n] = beta1 * m[n] + (1 - beta1) * gradient;
      v[n] = beta2 * v[n] + (1 - beta2) * gradient * gradient;
      double second = outside ? v[n] : v[n] / correction2;
      double root =
          has(Kind.EPSILON_INSIDE_ROOT)
              ? Math.sqrt(second + adam.epsilon())
              : Math.sqrt(second) + adam.epsilon();
      double step =
          has(Kind.GRADIENT_DESCENT) ? adam.learningRate() * gradient : rate * m[n] / root;
      double shrunk = has(Kind.DECOUPLED_DECAY) ? adam.learningRate() * lambda * theta[n] : 0;
      theta[n] -= step + shrunk;
    }
  }

  private void scores() {
    DMatrixRMaj logits = new ReplayPass(golden, mistakes, parameters(golden), false).logits();
    ReplayRanking ranking = new ReplayRanking(golden, mistakes, logits);
    tensors.putAll(ranking.tensors());
  }
}
