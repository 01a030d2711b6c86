package dev.elbo.report;

import static dev.elbo.report.Models.POPULARITY;
import static dev.elbo.report.Models.ease;
import static dev.elbo.report.Models.metrics;
import static dev.elbo.report.Models.model;
import static dev.elbo.report.Models.vae;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelsOfDataTest {

  private static List<String> names(List<ReportedModel> models) {
    return models.stream().map(ReportedModel::name).toList();
  }

  @Test
  void theBestIsFirstAndSoIsTheBestOfItsKind() {
    ModelsOfData data =
        ModelsOfData.of(
                List.of(vae("a", List.of(8), 4, 0.2), ease(0.25), vae("b", List.of(8), 4, 0.3)))
            .getFirst();
    assertEquals(Optional.of("ndcg@100"), data.metric());
    assertEquals(List.of("b", "ease", "a"), names(data.models()));
    assertEquals(List.of("b", "ease"), names(data.bestOfEachKind()));
  }

  @Test
  void modelsOfOtherDataAreNotComparedWithThem() {
    ReportedModel other = model("other", "d2", POPULARITY, metrics("ndcg@100", 0.9));
    List<ModelsOfData> all =
        ModelsOfData.of(List.of(vae("a", List.of(8), 4, 0.2), other, ease(0.1)));
    assertEquals(List.of("d1", "d2"), all.stream().map(ModelsOfData::sha256).toList());
    assertEquals(List.of("a", "ease"), names(all.getFirst().models()));
  }

  @Test
  void modelsAreRankedByWhatAllWereMeasuredBy() {
    ReportedModel a = model("a", "d", POPULARITY, metrics("ndcg@100", 0.9, "recall@20", 0.1));
    ReportedModel b = model("b", "d", POPULARITY, metrics("recall@20", 0.2));
    ReportedModel c = model("c", "d", POPULARITY, metrics("mrr@5", 0.3));
    ModelsOfData common = ModelsOfData.of(List.of(a, b)).getFirst();
    assertEquals(Optional.of("recall@20"), common.metric());
    assertEquals(List.of("b", "a"), names(common.models()));
    ModelsOfData nothing = ModelsOfData.of(List.of(c, a, b)).getFirst();
    assertEquals(Optional.empty(), nothing.metric());
    assertEquals(List.of("c", "a", "b"), names(nothing.models()));
  }

  @Test
  void ofTheGiniCoefficientLessIsBetter() {
    ReportedModel a = model("a", "d", POPULARITY, metrics("gini@10", 0.9));
    ReportedModel b = model("b", "d", POPULARITY, metrics("gini@10", 0.8));
    assertEquals(List.of("b", "a"), names(ModelsOfData.of(List.of(a, b)).getFirst().models()));
  }
}
