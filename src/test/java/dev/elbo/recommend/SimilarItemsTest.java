package dev.elbo.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.engine.Ranked;
import dev.elbo.io.Tensor;
import dev.elbo.model.Architecture;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import dev.elbo.testing.Example;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class SimilarItemsTest {

  /** A model of two latent units without hidden layers: the decoder's weight is {@code [I, 2]}. */
  private static SimilarItems of(double... vectors) {
    int items = vectors.length / 2;
    Model model = new ModelOptions(Architecture.MULT_DAE, List.of(), 2, 0.5, 0).model(items);
    SequencedMap<String, Tensor> tensors =
        new LinkedHashMap<>(Parameters.initial(model, 1).tensors());
    tensors.put("p_layers.0.weight", new Tensor.Float64(new int[] {items, 2}, vectors));
    return new ItemVectors(model, new Parameters(tensors));
  }

  @Test
  void theAngleCountsAndNotTheLength() {
    SimilarItems similar = of(1, 0, 0, 5, -2, 0, 100, 100, 0.1, 0);
    List<Ranked> nearest = similar.nearest(0, 10);
    assertEquals(List.of(4, 3, 1, 2), nearest.stream().map(Ranked::item).toList());
    double[] cosines = {1, Math.sqrt(0.5), 0, -1};
    for (int rank = 0; rank < cosines.length; rank++) {
      assertEquals(cosines[rank], nearest.get(rank).score(), 1e-7);
    }
    assertEquals(nearest.subList(0, 2), similar.nearest(0, 2));
  }

  @Test
  void aVectorOfZerosIsLikeNothing() {
    SimilarItems similar = of(0, 0, 1, 1, -1, 2);
    assertEquals(List.of(new Ranked(1, 0), new Ranked(2, 0)), similar.nearest(0, 10));
    assertTrue(similar.nearest(1, 10).contains(new Ranked(0, 0)));
  }

  @Test
  void symmetricWithinOneAndNeverTheItemItself() {
    Example.all()
        .forEach(
            example -> {
              int items = example.model().items();
              var similar = new ItemVectors(example.model(), example.state().parameters());
              double[][] cosines = new double[items][items];
              for (int item = 0; item < items; item++) {
                List<Ranked> nearest = similar.nearest(item, items);
                assertEquals(items - 1, nearest.size());
                for (Ranked other : nearest) {
                  assertTrue(other.item() != item && Math.abs(other.score()) <= 1);
                  cosines[item][other.item()] = other.score();
                }
              }
              for (int item = 0; item < items; item++) {
                for (int other = 0; other < item; other++) {
                  assertEquals(cosines[item][other], cosines[other][item]);
                }
              }
            });
  }
}
