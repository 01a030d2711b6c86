package dev.elbo.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.elbo.data.Batch;
import dev.elbo.linalg.Workers;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A bound is one only if it counts no operation and no byte that can be saved. */
class UpdatePartsTest {

  private static final int B = 5;
  private static final int I = 301;
  private static final int H = 24;
  private static final int K = 8;

  /** The parts of an update where the cache has room for this many bytes; each is run once. */
  private static List<Part> parts(Measured measured, int kind, long cache) {
    Batch batch = Batch.range(measured.users(B, I), 0, B);
    try (var workers = new Workers(1);
        var parts =
            new UpdateParts(
                measured.model(I, H, K), measured.kinds().get(kind), batch, workers, cache)) {
      parts.list().forEach(part -> part.run().run());
      return parts.list();
    }
  }

  private static Part part(List<Part> parts, String name) {
    return parts.stream().filter(p -> p.name().startsWith(name)).findFirst().orElseThrow();
  }

  private static double sum(List<Part> parts, String name) {
    return parts.stream().filter(p -> p.name().startsWith(name)).mapToDouble(Part::flops).sum();
  }

  @Test
  void a_part_takes_as_long_as_the_slower_of_arithmetic_and_memory() {
    var part = new Part("a", 6, 4, () -> {});
    assertEquals(3, part.bound(2, 4));
    assertEquals(4, part.bound(2, 1));
  }

  @Test
  void counts_the_three_products_of_each_dense_layer() {
    List<Part> parts = parts(Measured.MULT_VAE, 0, 0);
    assertEquals(3 * 2.0 * B * H * I, sum(parts, "last layer"));
    assertEquals(3 * 2.0 * B * (H * 2 * K + K * H), sum(parts, "hidden layers"));
  }

  @Test
  void counts_what_RecVAE_updates_in_turn() {
    List<Part> encoder = parts(Measured.RECVAE, 0, 0);
    List<Part> decoder = parts(Measured.RECVAE, 1, 0);
    double affine = 2.0 * B * (4 * H * H + H * 2 * K); // five layers but the first, and two heads
    assertEquals(4 * affine, sum(encoder, "hidden layers")); // old, new, and two gradients
    assertEquals(2 * affine, sum(decoder, "hidden layers")); // old and new
    assertEquals(2 * 2.0 * B * K * I, sum(encoder, "last layer")); // no gradient of the weight
    assertEquals(2 * 2.0 * B * K * I, sum(decoder, "last layer")); // none of the input
    assertFalse(decoder.stream().anyMatch(p -> p.name().startsWith("first layer, gradient")));
  }

  @Test
  void counts_six_products_of_the_recurrent_layer_for_each_step() {
    double steps = Measured.SVAE.users(B, I).size() - B; // nothing is predicted from the last item
    List<Part> parts = parts(Measured.SVAE, 0, 0);
    assertEquals(3 * 2 * steps * 3 * H * (H * 256 / 200 + H), sum(parts, "recurrent layer"));
    assertEquals(3 * 2 * steps * (H * 150 / 200) * I, sum(parts, "last layer"));
  }

  @Test
  void Mult_DAE_has_no_hidden_layers() {
    assertFalse(parts(Measured.MULT_DAE, 0, 0).stream().anyMatch(p -> p.name().startsWith("hid")));
  }

  @Test
  void memory_moves_what_the_cache_has_no_room_for() {
    List<Part> noCache = parts(Measured.MULT_VAE, 0, 0);
    assertEquals(4.0 * I * H, part(noCache, "last layer, forward").bytes());
    assertEquals(8.0 * B * I, part(noCache, "softmax").bytes());
    // Values and both moments, read and written, of as many parameters within half a unit of a
    // width.
    double parameters = 2 * I * H + I + H + 3 * H * K + 2 * K + H;
    assertEquals(24.0 * parameters, part(noCache, "Adam").bytes(), 24.0 * (I + 1));
    for (Part part : parts(Measured.MULT_VAE, 0, Long.MAX_VALUE)) {
      assertEquals(0, part.bytes(), part.name());
    }
  }
}
