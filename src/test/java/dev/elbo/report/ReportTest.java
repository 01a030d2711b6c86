package dev.elbo.report;

import static dev.elbo.report.Models.POPULARITY;
import static dev.elbo.report.Models.ease;
import static dev.elbo.report.Models.metrics;
import static dev.elbo.report.Models.model;
import static dev.elbo.report.Models.vae;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.model.Architecture;
import dev.elbo.train.EpochResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ReportTest {

  private static final Pattern PICTURE = Pattern.compile("data:image/png;base64,([^\"]+)\"");

  private static Report report(ReportedModel... models) {
    return Report.of(ModelsOfData.of(List.of(models)), Optional.empty());
  }

  private static Section section(Report report, String title) {
    return report.chapters().getFirst().sections().stream()
        .filter(section -> section.title().equals(title))
        .findFirst()
        .orElseThrow();
  }

  private static void assertMissing(Report report, String title, String reason) {
    Section section = section(report, title);
    assertTrue(section.missing() != null && section.missing().contains(reason), title);
    assertTrue(report.html().contains(Html.text(section.missing()).markup()), title);
  }

  private static void assertShows(Report report, String title, String... words) {
    Section section = section(report, title);
    assertEquals(null, section.missing());
    for (String word : words) {
      assertTrue(section.content().markup().contains(word), title + ": " + word);
    }
  }

  private static List<String> pictures(String html) {
    return PICTURE.matcher(html).results().map(match -> match.group(1)).toList();
  }

  @Test
  void networksHaveCurvesAndWhatDependsOnWhat() {
    Report report = report(vae("a", List.of(8), 4, 0.2), vae("b", List.of(8), 6, 0.3), ease(0.25));
    assertShows(report, "Results", "0.3000", "± 0.0100", "2 of 3");
    assertShows(
        report,
        "Training",
        "loss of a goes from 699.5 after epoch 1 to 697.5 after epoch 3",
        "KL of b goes from 31.13 after epoch 1",
        "beta of b goes from 0.1",
        "kept: epoch 2");
    assertShows(report, "Metric against loss", "the best ndcg@100 is 0.3000, of b with a loss of");
    assertShows(report, "Metric against layer sizes", "0.3000, with 8 hidden and 6 latent units");
    assertShows(report, "Options", "Options of mult-vae that differ", "latent", "700");
    assertMissing(report, "Test users", "--data DATA");
    // Three of each network, and two of all together; each for light and for dark pages.
    assertEquals((2 * 3 + 2) * 2, pictures(report.html()).size());
  }

  @Test
  void aScheduleIsDrawn() {
    ReportedModel constant = vae("a", List.of(8), 4, 0.2);
    List<EpochResult> epochs = new ArrayList<>(constant.epochs());
    EpochResult last = epochs.removeLast();
    epochs.add(
        new EpochResult(
            last.epoch(),
            last.beta(),
            1e-4,
            last.loss(),
            last.nll(),
            last.kl(),
            last.seconds(),
            last.validation()));
    Report report =
        report(
            new ReportedModel(
                "b", constant.dir(), Optional.empty(), constant.description(), epochs));
    assertShows(
        report, "Training", "learning rate of b goes from 0.001000 after epoch 1 to 0.0001000");
    assertFalse(report(constant).html().contains("Learning rate in"), "it never changes");
  }

  @Test
  void aSquaredErrorIsNoLikelihood() {
    Report report = report(Models.with(Architecture.IMPLICIT_AUTOREC, vae("b", List.of(), 4, 0.5)));
    assertShows(report, "Training", "Loss and squared error");
    assertFalse(report.html().contains("Loss and negative log-likelihood"));
  }

  @Test
  void baselinesHaveNeitherEpochsNorLayers() {
    Report report = report(ease(0.25));
    assertMissing(report, "Training", "a baseline is fitted in one go");
    assertMissing(report, "Metric against loss", "there is none here");
    assertMissing(report, "Metric against layer sizes", "No model here has layers.");
    assertShows(report, "Options", "l2", "700");
  }

  @Test
  void oneNetworkIsNotEnoughToCompare() {
    Report report = report(vae("a", List.of(8), 4, 0.2));
    assertMissing(report, "Metric against loss", "there is one here");
    assertMissing(report, "Metric against layer sizes", "layers of the same sizes");
  }

  @Test
  void modelsWithoutACommonMetricAreInNoOrder() {
    Report report =
        report(
            model("a", "d", POPULARITY, metrics("mrr@5", 0.1)),
            model("b", "d", POPULARITY, metrics("ndcg@10", 0.2)));
    assertShows(report, "Results", "they are in no order", "0.1000", "0.2000", "–");
    assertMissing(report, "Metric against loss", "No metric was measured of every model.");
  }

  @Test
  void eachDataSetHasAChapter() {
    Report report = report(ease(0.25), model("b", "d2", POPULARITY, metrics("mrr@5", 0.1)));
    assertEquals(
        List.of("data d1", "data d2"),
        report.chapters().stream().map(Report.Chapter::name).toList());
    assertTrue(report.html().contains("<h2>data d2</h2>"));
  }

  /** Beta may be 0 all along, and two models may be the same; an axis of no length is drawn too. */
  @Test
  void whatDoesNotVaryIsDrawn() throws IOException {
    ReportedModel one = vae("a", List.of(8), 4, 0.2);
    ReportedModel same = vae("b", List.of(8), 4, 0.2);
    for (String picture : pictures(report(one, same).html())) {
      assertEquals(
          800,
          ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(picture))).getWidth());
    }
  }

  @Test
  void theDocumentFetchesNothingAndRunsNothing() {
    String html = report(vae("a", List.of(8), 4, 0.2), vae("b", List.of(8), 6, 0.3)).html();
    assertFalse(html.contains("<script"));
    assertFalse(Pattern.compile("(src|href|srcset)=\"(?!data:)").matcher(html).find());
    assertTrue(html.contains("content=\"default-src 'none'; img-src data:;"));
    assertTrue(html.startsWith("<!doctype html>\n<html lang=\"en\">"));
  }

  @Test
  void picturesHaveWordsAndHeadersHaveScopes() {
    String html = report(vae("a", List.of(8), 4, 0.2), vae("b", List.of(8), 6, 0.3)).html();
    for (MatchResult image : Pattern.compile("<img[^>]*>").matcher(html).results().toList()) {
      assertTrue(Pattern.compile("alt=\"[^\"]{20,}\"").matcher(image.group()).find());
    }
    assertFalse(Pattern.compile("<th(?! scope|ead)").matcher(html).find());
  }

  /** Every element that is opened is closed, in order; browsers would mend it, each in its way. */
  @Test
  void elementsAreNested() {
    var empty = Set.of("meta", "img", "source");
    var open = new ArrayDeque<String>();
    String html =
        report(vae("a", List.of(8), 4, 0.2), vae("b", List.of(8), 6, 0.3), ease(0.25)).html();
    Pattern.compile("<(/?)([a-z0-9]+)[^>]*>")
        .matcher(html.replaceFirst("(?s)<style>.*</style>", ""))
        .results()
        .filter(tag -> !empty.contains(tag.group(2)))
        .forEach(
            tag -> {
              if (tag.group(1).isEmpty()) {
                open.push(tag.group(2));
              } else {
                assertEquals(open.pop(), tag.group(2));
              }
            });
    assertTrue(open.isEmpty());
  }

  @Test
  void theSameModelsGiveTheSameBytes() {
    assertEquals(
        report(vae("a", List.of(8), 4, 0.2), ease(0.1)).html(),
        report(vae("a", List.of(8), 4, 0.2), ease(0.1)).html());
  }
}
