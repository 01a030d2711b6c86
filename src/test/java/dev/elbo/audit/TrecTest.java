package dev.elbo.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.audit.read.Recommendations;
import dev.elbo.audit.read.Trec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The figures of trec_eval 10.0 (commit {@code f425365}) for six random topics, one of them without
 * a relevant document, and a run in which most documents are tied: {@code trec_eval -m
 * ndcg_cut.3,10,20 -m map_cut.3,10,20 -m P.3,10,20 -m recall.3,10,20 -m success.3,10,20 -m
 * recip_rank -m map -m ndcg qrels.txt run.txt}.
 */
class TrecTest {
  private static final Map<String, String> NAMES =
      Map.of(
          "ndcg_cut", "ndcg-linear",
          "map_cut", "map-plain",
          "P", "precision",
          "recall", "recall-plain",
          "success", "hitrate");

  /** All documents of the lists, which have 18. */
  private static final int ALL = 20;

  private static final Map<String, String> OF_ALL =
      Map.of("recip_rank", "mrr@20", "map", "map-plain@20", "ndcg", "ndcg-linear@20");

  @Test
  void figuresAreThoseOfTrecEval() throws Exception {
    Truth truth = Truth.of(Trec.readQrels(file("qrels.txt")));
    Recommendations run = Trec.readRun(file("run.txt"));
    Audit audit =
        Audit.of(
            truth,
            run,
            TieOrder.DESCENDING_ID,
            UserSet.LISTED,
            List.of(3, 10, ALL),
            Optional.empty());
    Map<String, Double> ours = new HashMap<>();
    audit.figures().forEach(figure -> ours.put(figure.name(), figure.value().mean()));
    List<String> lines = Files.readAllLines(file("trec_eval.txt"));
    assertEquals(18, lines.size());
    for (String line : lines) {
      String[] fields = line.split("\\s+", -1);
      assertEquals(Double.parseDouble(fields[2]), ours.get(ours(fields[0])), 0.5e-4, fields[0]);
    }
    assertTrue(audit.isTied());
  }

  private static String ours(String measure) {
    int cut = measure.lastIndexOf('_');
    return OF_ALL.containsKey(measure)
        ? OF_ALL.get(measure)
        : NAMES.get(measure.substring(0, cut)) + "@" + measure.substring(cut + 1);
  }

  private static Path file(String name) throws Exception {
    return Path.of(TrecTest.class.getResource(name).toURI());
  }
}
