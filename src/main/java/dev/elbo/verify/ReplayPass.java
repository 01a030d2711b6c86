package dev.elbo.verify;

import dev.elbo.data.CsrMatrix;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.Model;
import dev.elbo.verify.Mistake.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Forward pass, loss and gradients of a golden case of Mult-VAE or Mult-DAE, dense and plain, with
 * mistakes put in. A mistake in the forward pass is differentiated as it stands: whoever has it and
 * uses autograd gets the right gradient of the wrong function.
 */
final class ReplayPass {

  private final GoldenCase golden;
  private final Set<Mistake> mistakes;

  /** Those of which the model has one place only. */
  private final Set<Kind> kinds;

  private final Map<String, DMatrixRMaj> parameters;
  private final Model model;
  private final int users;

  /** The raw rows, {@code [B, I]}. */
  private final DMatrixRMaj x;

  private final DMatrixRMaj mask;

  /** What each layer but the loss gives. */
  final List<DMatrixRMaj> outputs = new ArrayList<>();

  /** What the loss compares with, {@code [B, I]}. */
  private DMatrixRMaj target;

  private double kl;

  /** The forward pass. */
  ReplayPass(
      GoldenCase golden,
      Set<Mistake> mistakes,
      Map<String, DMatrixRMaj> parameters,
      boolean training) {
    this.golden = golden;
    this.mistakes = mistakes;
    this.kinds = Mistake.kinds(mistakes);
    this.parameters = parameters;
    this.model = golden.model();
    this.x = dense(golden.input());
    this.users = x.numRows;
    this.mask = DMatrixRMaj.wrap(users, x.numCols, golden.values("mask"));
    DMatrixRMaj h = x;
    for (int layer = 0; layer < model.layers().size(); layer++) {
      h = forward(layer, h, training);
      outputs.add(h);
    }
    target =
        has(Kind.TARGET_NORMALISED)
            ? outputs.get(0)
            : has(Kind.TARGET_DROPPED) ? outputs.get(1) : x;
  }

  static DMatrixRMaj dense(CsrMatrix matrix) {
    DMatrixRMaj dense = new DMatrixRMaj(matrix.rows(), matrix.columns());
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column : matrix.row(row)) {
        dense.set(row, column, 1);
      }
    }
    return dense;
  }

  private boolean has(Kind kind) {
    return kinds.contains(kind);
  }

  private boolean has(Kind kind, String at) {
    return mistakes.contains(new Mistake(kind, at));
  }

  DMatrixRMaj logits() {
    return outputs.getLast();
  }

  private DMatrixRMaj forward(int layer, DMatrixRMaj h, boolean training) {
    String name = model.activationName(layer);
    return switch (model.layers().get(layer)) {
      case LayerSpec.L2Normalize() ->
          training && has(Kind.NORMALISED_AFTER_DROPOUT)
              ? normalised(dropped(h))
              : has(Kind.NOT_NORMALISED) ? h : normalised(h);
      case LayerSpec.Dropout(_) ->
          (training || has(Kind.SCORES_DROPPED) || has(Kind.SCORES_OF_TRAINING))
                  && !has(Kind.NORMALISED_AFTER_DROPOUT)
              ? dropped(h)
              : h;
      case LayerSpec.SparseLinear affine -> affine(affine, name, h);
      case LayerSpec.Linear affine -> affine(affine, name, h);
      case LayerSpec.Tanh() -> map(h, tanh(name));
      case LayerSpec.Gaussian(int latent, _, _) -> {
        kl = kl(h, latent);
        yield sample(h, latent, training);
      }
      case LayerSpec.Sigmoid _,
          LayerSpec.ObservedLinear _,
          LayerSpec.RatingPairs _,
          LayerSpec.Mask _,
          LayerSpec.CountNormalize _,
          LayerSpec.Embedding _,
          LayerSpec.Gru _,
          LayerSpec.Swish _,
          LayerSpec.LayerNorm _,
          LayerSpec.Residual _,
          LayerSpec.Heads _ ->
          throw new AssertionError("of a model whose mistakes are not catalogued");
    };
  }

  private DMatrixRMaj normalised(DMatrixRMaj rows) {
    DMatrixRMaj y = rows.copy();
    for (int b = 0; b < users; b++) {
      double length = 0;
      for (int i = 0; i < y.numCols; i++) {
        double value = y.get(b, i);
        length += has(Kind.L1_NORMALISED) ? value : value * value;
      }
      length = has(Kind.L1_NORMALISED) ? length : Math.sqrt(length);
      for (int i = 0; i < y.numCols && length > 0; i++) {
        y.set(b, i, y.get(b, i) / length);
      }
    }
    return y;
  }

  private DMatrixRMaj dropped(DMatrixRMaj rows) {
    if (has(Kind.NOT_DROPPED)) {
      return rows;
    }
    double rate = golden.scalar("dropout");
    double divisor = 1 - rate;
    if (has(Kind.MASK_NOT_RESCALED)) {
      divisor = 1;
    } else if (has(Kind.MASK_OVER_RATE)) {
      divisor = rate;
    }
    DMatrixRMaj y = rows.copy();
    for (int n = 0; n < y.data.length; n++) {
      double keep = has(Kind.MASK_INVERTED) ? 1 - mask.data[n] : mask.data[n];
      y.data[n] *= keep / divisor;
    }
    return y;
  }

  private DMatrixRMaj affine(Affine affine, String name, DMatrixRMaj h) {
    DMatrixRMaj y = new DMatrixRMaj(users, affine.out());
    CommonOps_DDRM.multTransB(h, parameters.get(affine.weight()), y);
    if (!has(Kind.NO_BIAS, affine.bias())) {
      double[] bias = parameters.get(affine.bias()).data;
      for (int n = 0; n < y.data.length; n++) {
        y.data[n] += bias[n % bias.length];
      }
    }
    return has(Kind.EXTRA_TANH, name) ? map(y, Math::tanh) : y;
  }

  private static DMatrixRMaj map(DMatrixRMaj values, DoubleUnaryOperator function) {
    DMatrixRMaj mapped = values.copy();
    for (int n = 0; n < mapped.data.length; n++) {
      mapped.data[n] = function.applyAsDouble(mapped.data[n]);
    }
    return mapped;
  }

  private DoubleUnaryOperator tanh(String name) {
    if (has(Kind.NO_TANH, name)) {
      return value -> value;
    }
    if (has(Kind.RELU, name)) {
      return value -> Math.max(value, 0);
    }
    return has(Kind.SIGMOID, name) ? ReplayPass::sigmoid : Math::tanh;
  }

  /** The derivative of {@link #tanh} as a function of its output. */
  private DoubleUnaryOperator tanhDerivative(String name) {
    if (has(Kind.NO_TANH, name) || has(Kind.TANH_DERIVATIVE_LEFT_OUT, name)) {
      return _ -> 1;
    }
    if (has(Kind.RELU, name)) {
      return y -> y > 0 ? 1 : 0;
    }
    if (has(Kind.SIGMOID, name)) {
      return y -> y * (1 - y);
    }
    return has(Kind.TANH_DERIVATIVE_UNSQUARED, name) ? y -> 1 - y : y -> 1 - y * y;
  }

  private static double sigmoid(double value) {
    return 1 / (1 + Math.exp(-value));
  }

  // The stochastic layer: positions of mean and log-variance, sigma, and the factors of the KL.

  private int mean(int k, int latent) {
    return has(Kind.MEAN_AND_LOG_VARIANCE_EXCHANGED) ? latent + k : k;
  }

  private int logVariance(int k, int latent) {
    return has(Kind.MEAN_AND_LOG_VARIANCE_EXCHANGED) ? k : latent + k;
  }

  private double sigma(double lv) {
    if (has(Kind.SIGMA_LOG_VARIANCE)) {
      return lv;
    }
    return Math.exp(lv * exponent());
  }

  private double sigmaDerivative(double lv) {
    if (has(Kind.SIGMA_LOG_VARIANCE)) {
      return 1;
    }
    if (has(Kind.LOG_VARIANCE_GRADIENT_LEFT_OUT)) {
      return 0;
    }
    double inner = has(Kind.LOG_VARIANCE_GRADIENT_NOT_HALVED) ? 1 : exponent();
    return inner * sigma(lv);
  }

  private double exponent() {
    return has(Kind.SIGMA_EXP_LOG_VARIANCE) || has(Kind.LOG_SIGMA) ? 1 : 0.5;
  }

  private double noise(int b, int k, int latent) {
    if (has(Kind.NO_NOISE)) {
      return 0;
    }
    double epsilon = golden.values("epsilon")[b * latent + k];
    return has(Kind.SMALL_NOISE) ? 0.01 * epsilon : epsilon;
  }

  private DMatrixRMaj sample(DMatrixRMaj h, int latent, boolean training) {
    boolean noisy = training || has(Kind.SCORES_SAMPLED) || has(Kind.SCORES_OF_TRAINING);
    DMatrixRMaj z = new DMatrixRMaj(users, latent);
    for (int b = 0; b < users; b++) {
      for (int k = 0; k < latent; k++) {
        double noise = noisy ? noise(b, k, latent) : 0;
        z.set(b, k, h.get(b, mean(k, latent)) + noise * sigma(h.get(b, logVariance(k, latent))));
      }
    }
    return z;
  }

  /** Of {@code lv} in the KL divergence: 2 if it is taken for log sigma. */
  private double logVariances() {
    return has(Kind.LOG_SIGMA) ? 2 : 1;
  }

  /** Of the divergence, summed over units and users. */
  private double klFactor(int latent) {
    double factor = has(Kind.KL_SUMMED) || has(Kind.LOSS_SUMMED) ? 1 : 1.0 / users;
    factor /= has(Kind.KL_OVER_UNITS) ? latent : 1;
    factor *= has(Kind.KL_NOT_HALVED) ? 2 : 1;
    return has(Kind.KL_NEGATED) ? -factor : factor;
  }

  private double beta() {
    if (has(Kind.KL_LEFT_OUT)) {
      return 0;
    }
    return has(Kind.BETA_IGNORED) ? 1 : golden.beta();
  }

  private double kl(DMatrixRMaj h, int latent) {
    double sum = 0;
    for (int b = 0; b < users; b++) {
      for (int k = 0; k < latent; k++) {
        double mu = h.get(b, mean(k, latent));
        double lv = logVariances() * h.get(b, logVariance(k, latent));
        sum += (mu * mu + Math.exp(lv) - 1 - lv) / 2;
      }
    }
    return klFactor(latent) * sum;
  }

  private DMatrixRMaj gaussianBackward(DMatrixRMaj h, DMatrixRMaj dZ, int latent) {
    double weight = has(Kind.KL_GRADIENT_LEFT_OUT) ? 0 : beta() * klFactor(latent);
    DMatrixRMaj dH = new DMatrixRMaj(users, 2 * latent);
    for (int b = 0; b < users; b++) {
      for (int k = 0; k < latent; k++) {
        double mu = h.get(b, mean(k, latent));
        double lv = h.get(b, logVariance(k, latent));
        double dKl = logVariances() * (Math.exp(logVariances() * lv) - 1) / 2;
        dH.set(b, mean(k, latent), dZ.get(b, k) + weight * mu);
        dH.set(
            b,
            logVariance(k, latent),
            dZ.get(b, k) * noise(b, k, latent) * sigmaDerivative(lv) + weight * dKl);
      }
    }
    return dH;
  }

  // The loss.

  /** Of a user's negative log-likelihood. */
  private double nllFactor(int b) {
    if (has(Kind.NLL_SUMMED) || has(Kind.LOSS_SUMMED)) {
      return 1;
    }
    if (has(Kind.NLL_OVER_ITEMS)) {
      return 1.0 / target.data.length;
    }
    int items = golden.input().size(b);
    return 1.0 / (has(Kind.NLL_OVER_HISTORY) ? users * Math.max(items, 1) : users);
  }

  /** {@code log softmax}, over items or, mistakenly, over users. */
  private DMatrixRMaj logSoftmax() {
    DMatrixRMaj s = has(Kind.SOFTMAX_OVER_USERS) ? transposed(logits()) : logits().copy();
    for (int row = 0; row < s.numRows; row++) {
      double max = Double.NEGATIVE_INFINITY;
      double sum = 0;
      for (int n = 0; n < s.numCols; n++) {
        max = Math.max(max, s.get(row, n));
      }
      for (int n = 0; n < s.numCols; n++) {
        sum += Math.exp(s.get(row, n) - max);
      }
      for (int n = 0; n < s.numCols; n++) {
        s.set(row, n, s.get(row, n) - max - Math.log(sum));
      }
    }
    return has(Kind.SOFTMAX_OVER_USERS) ? transposed(s) : s;
  }

  private static DMatrixRMaj transposed(DMatrixRMaj matrix) {
    return CommonOps_DDRM.transpose(matrix, null);
  }

  private double nll() {
    DMatrixRMaj logP = logSoftmax();
    double nll = 0;
    for (int b = 0; b < users; b++) {
      for (int i = 0; i < target.numCols; i++) {
        double s = logits().get(b, i);
        double t = target.get(b, i);
        double logistic = Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s))) - t * s;
        nll += nllFactor(b) * (has(Kind.LOGISTIC) ? logistic : -t * logP.get(b, i));
      }
    }
    return nll;
  }

  private DMatrixRMaj logitsGradient() {
    DMatrixRMaj p = map(logSoftmax(), Math::exp);
    DMatrixRMaj dLogits = new DMatrixRMaj(users, target.numCols);
    double[] ofUser = new double[users];
    double[] ofItem = new double[target.numCols];
    for (int n = 0; n < target.data.length; n++) {
      ofUser[n / target.numCols] += target.data[n];
      ofItem[n % target.numCols] += target.data[n];
    }
    for (int b = 0; b < users; b++) {
      for (int i = 0; i < target.numCols; i++) {
        double count = has(Kind.SOFTMAX_OVER_USERS) ? ofItem[i] : ofUser[b];
        double expected = (has(Kind.COUNT_LEFT_OUT) ? 1 : count) * p.get(b, i);
        if (has(Kind.LOGISTIC)) {
          expected = sigmoid(logits().get(b, i));
        }
        dLogits.set(b, i, nllFactor(b) * (expected - target.get(b, i)));
      }
    }
    return dLogits;
  }

  private boolean decays(String parameter) {
    return parameter.endsWith(".weight") || has(Kind.DECAY_OF_BIASES);
  }

  private double decay() {
    if (has(Kind.DECAY_LEFT_OUT) || has(Kind.DECOUPLED_DECAY) || has(Kind.OPTIMIZER_DECAY)) {
      return 0;
    }
    double lambda = golden.scalar("weight_decay");
    return has(Kind.DECAY_HALVED) ? lambda / 2 : lambda;
  }

  /** Negative log-likelihood, KL divergence, weight decay and their sum, by name. */
  Map<String, double[]> losses() {
    double squares = 0;
    for (var parameter : parameters.entrySet()) {
      if (decays(parameter.getKey())) {
        double[] w = parameter.getValue().data;
        for (double value : w) {
          squares += value * value;
        }
      }
    }
    double nll = nll();
    double decay = decay() * squares;
    return Map.of(
        "nll", new double[] {nll},
        "kl", new double[] {kl},
        "decay", new double[] {decay},
        "loss", new double[] {nll + beta() * kl + decay});
  }

  /** The gradient of every parameter. */
  Map<String, DMatrixRMaj> gradients() {
    Map<String, DMatrixRMaj> gradients = new HashMap<>();
    DMatrixRMaj dY = logitsGradient();
    for (int layer = outputs.size() - 1; layer > 1; layer--) {
      DMatrixRMaj input = outputs.get(layer - 1);
      DMatrixRMaj output = outputs.get(layer);
      String name = model.activationName(layer);
      switch (model.layers().get(layer)) {
        case LayerSpec.SparseLinear affine ->
            dY = affineBackward(affine, name, input, output, dY, gradients);
        case LayerSpec.Linear affine ->
            dY = affineBackward(affine, name, input, output, dY, gradients);
        case LayerSpec.Tanh() -> dY = product(dY, map(output, tanhDerivative(name)));
        case LayerSpec.Gaussian(int latent, _, _) -> dY = gaussianBackward(input, dY, latent);
        case LayerSpec.L2Normalize(), LayerSpec.Dropout(_) ->
            throw new AssertionError("has no parameters behind it");
        case LayerSpec.Sigmoid _,
            LayerSpec.ObservedLinear _,
            LayerSpec.RatingPairs _,
            LayerSpec.Mask _,
            LayerSpec.CountNormalize _,
            LayerSpec.Embedding _,
            LayerSpec.Gru _,
            LayerSpec.Swish _,
            LayerSpec.LayerNorm _,
            LayerSpec.Residual _,
            LayerSpec.Heads _ ->
            throw new AssertionError("of a model whose mistakes are not catalogued");
      }
    }
    gradients.forEach(this::finish);
    return gradients;
  }

  private DMatrixRMaj affineBackward(
      Affine affine,
      String name,
      DMatrixRMaj input,
      DMatrixRMaj output,
      DMatrixRMaj dOutput,
      Map<String, DMatrixRMaj> gradients) {
    DMatrixRMaj dY =
        has(Kind.EXTRA_TANH, name) ? product(dOutput, map(output, y -> 1 - y * y)) : dOutput;
    DMatrixRMaj dW = new DMatrixRMaj(affine.out(), affine.in());
    CommonOps_DDRM.multTransA(dY, input, dW);
    DMatrixRMaj dB = new DMatrixRMaj(1, affine.out());
    if (!has(Kind.NO_BIAS, affine.bias())) {
      CommonOps_DDRM.sumCols(dY, dB);
    }
    gradients.put(affine.weight(), dW);
    gradients.put(affine.bias(), dB);
    DMatrixRMaj dX = new DMatrixRMaj(users, affine.in());
    CommonOps_DDRM.mult(dY, parameters.get(affine.weight()), dX);
    return dX;
  }

  private static DMatrixRMaj product(DMatrixRMaj left, DMatrixRMaj right) {
    DMatrixRMaj product = left.copy();
    for (int n = 0; n < product.data.length; n++) {
      product.data[n] *= right.data[n];
    }
    return product;
  }

  /** Adds weight decay, and makes the mistakes in the finished gradient. */
  private void finish(String name, DMatrixRMaj gradient) {
    double share = 1;
    if (has(Kind.GRADIENT_OF_SUM)) {
      share = users;
    } else if (has(Kind.GRADIENT_OVER_B)) {
      share = 1.0 / users;
    }
    double decay = decays(name) && !has(Kind.DECAY_GRADIENT_LEFT_OUT) ? 2 * decay() : 0;
    decay /= has(Kind.DECAY_GRADIENT_HALVED) ? 2 : 1;
    boolean negated = has(Kind.GRADIENT_NEGATED) ^ has(Kind.ONE_GRADIENT_NEGATED, name);
    double[] w = parameters.get(name).data;
    for (int n = 0; n < w.length; n++) {
      double value = share * gradient.data[n] + decay * w[n];
      gradient.data[n] = negated ? -value : value;
    }
  }
}
