package dev.elbo.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.audit.SampledNegatives.Unlisted;
import dev.elbo.audit.read.Recommendations;
import dev.elbo.audit.read.RecommendationsReader;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampledNegativesTest {
  private static final int ITEMS = 201;

  @TempDir private Path folder;

  /** One user, who is to find item 0 among 200 negatives. */
  private static final Truth TRUTH =
      new Truth(
          new EvaluationUsers(
              List.of("u"),
              CsrMatrix.of(1, ITEMS, new int[0], new int[0]),
              CsrMatrix.of(1, ITEMS, new int[1], new int[1])),
          IntStream.range(0, ITEMS).mapToObj(Integer::toString).toList(),
          Optional.empty(),
          /* isGraded= */ false);

  /** A list with so many negatives above the item. */
  private Recommendations withAbove(int above) throws Exception {
    Path file = folder.resolve("top.csv");
    String lines =
        IntStream.concat(IntStream.rangeClosed(1, above), IntStream.of(0))
            .mapToObj(item -> "u," + item)
            .collect(Collectors.joining("\n"));
    Files.writeString(file, lines + "\n");
    return RecommendationsReader.read(file, TRUTH.users().userIds(), TRUTH.itemIds());
  }

  private List<SampledNegatives> sampled(int above) throws Exception {
    return SampledNegatives.of(TRUTH, withAbove(above), Unlisted.LAST);
  }

  /** Draws of 100 negatives, of which each is above the item with probability 10/200. */
  @Test
  void theExpectedValueIsTheMeanOverDraws() throws Exception {
    SampledNegatives mrr = sampled(10).get(2);
    assertEquals(1.0 / 11, mrr.exact());
    var random = new Random(1);
    int draws = 20_000;
    double mean = 0;
    for (int draw = 0; draw < draws; draw++) {
      long above =
          IntStream.range(0, SampledNegatives.SAMPLE)
              .filter(_ -> random.nextInt(ITEMS - 1) < 10)
              .count();
      mean += 1.0 / (above + 1) / draws;
    }
    assertEquals(mean, mrr.expected(), 4 * mrr.deviation() / Math.sqrt(draws));
  }

  /** At rank 11 of 201 a hit rate at 10 is 0; among 100 sampled negatives it is nearly 1. */
  @Test
  void sampledMetricsDoNotSeeWhatExactOnesSee() throws Exception {
    SampledNegatives first = sampled(0).getFirst();
    SampledNegatives eleventh = sampled(10).getFirst();
    assertEquals(1, first.exact());
    assertEquals(0, eleventh.exact());
    assertTrue(eleventh.expected() > 0.97, eleventh::toString);
    assertTrue(first.confusion(eleventh) > 0.2, eleventh::toString);
    assertEquals(first.confusion(eleventh), eleventh.confusion(first), 1e-12);
  }
}
