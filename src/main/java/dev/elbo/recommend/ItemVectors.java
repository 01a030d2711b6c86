package dev.elbo.recommend;

import dev.elbo.engine.Ranked;
import dev.elbo.engine.TopN;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.Model;
import dev.elbo.model.Parameters;
import java.util.Arrays;
import java.util.List;

/**
 * Items that a network treats alike: the cosine between item vectors, which are the rows of the
 * decoder's last weight {@code [I, H]}. The bias, which carries an item's popularity, takes no
 * part.
 */
final class ItemVectors implements SimilarItems {

  private final double[] weight;
  private final int width;
  private final double[] norms;

  /**
   * Prepares the item vectors.
   *
   * @param model the model
   * @param parameters its parameters
   */
  ItemVectors(Model model, Parameters parameters) {
    Affine last = model.affineLayers().getLast();
    weight = parameters.float64(last.weight());
    width = last.in();
    norms = new double[last.out()];
    Arrays.setAll(norms, item -> Math.sqrt(dot(item, item)));
  }

  @Override
  public List<Ranked> nearest(int item, int k) {
    float[] cosines = new float[norms.length];
    for (int other = 0; other < cosines.length; other++) {
      double norm = norms[item] * norms[other];
      cosines[other] = norm == 0 ? 0 : (float) (dot(item, other) / norm);
    }
    return Arrays.stream(TopN.of(cosines, k, item))
        .mapToObj(other -> new Ranked(other, cosines[other]))
        .toList();
  }

  private double dot(int left, int right) {
    double sum = 0;
    for (int h = 0; h < width; h++) {
      sum += weight[left * width + h] * weight[right * width + h];
    }
    return sum;
  }
}
