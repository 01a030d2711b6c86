package dev.elbo.reference.layers;

import dev.elbo.engine.Pass;
import java.util.List;
import org.ejml.data.DMatrixRMaj;

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016, equation 4): each row {@code x [H]} less its
 * mean, divided by its deviation; then a gain {@code g [H]} and a bias {@code b [H]}.
 *
 * <pre>
 * m = mean(x),  v = mean((x - m)^2),  n = (x - m) / sqrt(v + eps),  y = g n + b
 * </pre>
 *
 * <p>Gain and bias reach every row: {@code dg = sum over rows of dy n}, {@code db = sum over rows
 * of dy}. To {@code n} comes {@code dn = g dy}. Write {@code r = 1 / sqrt(v + eps)}. Then {@code
 * x_j} reaches {@code n_i} directly, through the mean and through the variance, {@code dm/dx_j =
 * 1/H} and {@code dv/dx_j = 2 (x_j - m) / H} (the mean inside of {@code v} adds nothing: {@code
 * mean(x - m) = 0}):
 *
 * <pre>
 * dn_i/dx_j = r [i=j] - r / H - (x_i - m) r^3 / 2 * 2 (x_j - m) / H
 *           = r ([i=j] - 1/H - n_i n_j / H)
 * dx        = r (dn - mean(dn) - n mean(dn n))
 * </pre>
 *
 * The two means take out what the layer cannot see: a shift of the row, and a stretch of it.
 */
public class LayerNorm implements Layer<DMatrixRMaj, DMatrixRMaj> {

  public final Parameter gain;
  public final Parameter bias;
  public final double epsilon;

  /** The normalised rows, {@code [B, H]}. */
  public DMatrixRMaj n;

  /** {@code 1 / sqrt(v + eps)} of each row, {@code [B]}. */
  public double[] r;

  /**
   * @param gain {@code [H]}
   * @param bias {@code [H]}
   * @param epsilon what is added to the variance
   */
  public LayerNorm(Parameter gain, Parameter bias, double epsilon) {
    this.gain = gain;
    this.bias = bias;
    this.epsilon = epsilon;
  }

  @Override
  public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
    int width = x.numCols;
    n = new DMatrixRMaj(x.numRows, width);
    r = new double[x.numRows];
    DMatrixRMaj y = new DMatrixRMaj(x.numRows, width);
    for (int b = 0; b < x.numRows; b++) {
      double mean = mean(x, b);
      double variance = 0;
      for (int h = 0; h < width; h++) {
        double centred = x.get(b, h) - mean;
        variance += centred * centred / width;
      }
      r[b] = 1 / Math.sqrt(variance + epsilon);
      for (int h = 0; h < width; h++) {
        n.set(b, h, (x.get(b, h) - mean) * r[b]);
        y.set(b, h, gain.value().get(0, h) * n.get(b, h) + bias.value().get(0, h));
      }
    }
    return y;
  }

  @Override
  public DMatrixRMaj backward(DMatrixRMaj dY) {
    int width = dY.numCols;
    gain.gradient().zero();
    bias.gradient().zero();
    DMatrixRMaj dN = new DMatrixRMaj(dY.numRows, width);
    DMatrixRMaj dX = new DMatrixRMaj(dY.numRows, width);
    for (int b = 0; b < dY.numRows; b++) {
      double stretch = 0; // mean of dn n
      for (int h = 0; h < width; h++) {
        dN.set(b, h, gain.value().get(0, h) * dY.get(b, h));
        stretch += dN.get(b, h) * n.get(b, h) / width;
        gain.gradient().add(0, h, dY.get(b, h) * n.get(b, h));
        bias.gradient().add(0, h, dY.get(b, h));
      }
      double mean = mean(dN, b);
      for (int h = 0; h < width; h++) {
        dX.set(b, h, r[b] * (dN.get(b, h) - mean - n.get(b, h) * stretch));
      }
    }
    return dX;
  }

  /** Mean of a row. */
  protected double mean(DMatrixRMaj rows, int b) {
    double mean = 0;
    for (int h = 0; h < rows.numCols; h++) {
      mean += rows.get(b, h) / rows.numCols;
    }
    return mean;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(gain, bias);
  }
}
