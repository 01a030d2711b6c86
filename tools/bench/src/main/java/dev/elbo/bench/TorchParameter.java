package dev.elbo.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.elbo.engine.AdamOptions;

/** A parameter in PyTorch with its two moments. */
final class TorchParameter {

  private NDArray value;
  private final NDArray mean;
  private final NDArray variance;

  /** A parameter before its first update. */
  TorchParameter(NDArray value) {
    this.value = value;
    this.mean = value.zerosLike();
    this.variance = value.zerosLike();
    value.setRequiresGradient(true);
  }

  /** The tensor. */
  NDArray value() {
    return value;
  }

  static final boolean OWN = Boolean.getBoolean("own");

  /**
   * Updates the tensor from its gradient and forgets the gradient.
   *
   * @param adam how to update; null to forget the gradient only
   * @param t number of the update, from 1
   */
  void update(AdamOptions adam, long t) {
    if (adam != null) {
      NDArray gradient = value.getGradient();
      float beta1 = (float) adam.beta1();
      float beta2 = (float) adam.beta2();
      if (OWN) {
        // moments are kept scaled by 1 / (1 - beta)
        mean.muli(beta1).addi(gradient);
        variance.muli(beta2).addi(gradient.muli(gradient));
        double s1 = 1 - adam.beta1();
        double s2 = Math.sqrt(1 - adam.beta2());
        NDArray step = variance.sqrt().addi(adam.epsilon(t) / s2);
        value.subi(mean.div(step).muli(adam.rate(t) * s1 / s2));
      } else {
        ai.djl.pytorch.jni.JniUtils.adamUpdate(
            (ai.djl.pytorch.engine.PtNDArray) value,
            (ai.djl.pytorch.engine.PtNDArray) gradient,
            (ai.djl.pytorch.engine.PtNDArray) mean,
            (ai.djl.pytorch.engine.PtNDArray) variance,
            (float) adam.learningRate(),
            (float) adam.rate(t),
            0,
            1,
            -1,
            beta1,
            beta2,
            (float) adam.epsilon(t),
            false);
      }
    }
    // What zero_grad(set_to_none=True) does: the next backward pass need not add to zeros.
    NDArray fresh = value.stopGradient();
    NDScope.unregister(fresh);
    value.close();
    value = fresh;
    value.setRequiresGradient(true);
  }
}
