package dev.elbo.report;

import dev.elbo.train.Criterion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The models of one data set.
 *
 * @param sha256 hash of the data
 * @param metric what all of them were measured by on the validation users: ndcg@100 if possible;
 *     empty if they have nothing in common, and cannot be ranked
 * @param models the best by that first
 */
public record ModelsOfData(String sha256, Optional<String> metric, List<ReportedModel> models) {

  private static final String PREFERRED = "ndcg@100";
  private static final int NAME_LENGTH = 12;

  /** Sorts models by their data, which come in the order of their first models. */
  public static List<ModelsOfData> of(List<ReportedModel> models) {
    return models.stream()
        .collect(
            Collectors.groupingBy(
                model -> model.description().dataSha256(), LinkedHashMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .map(ofData -> of(ofData.getKey(), ofData.getValue()))
        .toList();
  }

  private static ModelsOfData of(String sha256, List<ReportedModel> models) {
    List<String> common = new ArrayList<>(ReportedModel.metrics(models));
    common.removeIf(name -> models.stream().anyMatch(model -> model.validation(name) == null));
    Optional<String> metric =
        common.contains(PREFERRED) ? Optional.of(PREFERRED) : common.stream().findFirst();
    List<ReportedModel> ranked = new ArrayList<>(models);
    metric.ifPresent(name -> ranked.sort(bestFirst(name)));
    return new ModelsOfData(sha256, metric, List.copyOf(ranked));
  }

  private static Comparator<ReportedModel> bestFirst(String metric) {
    Comparator<ReportedModel> ascending =
        Comparator.comparingDouble(model -> model.validation(metric).mean());
    return Criterion.parse(metric).lowerIsBetter() ? ascending : ascending.reversed();
  }

  /** The best model of each kind, in the order of the models; without a ranking, the first. */
  public List<ReportedModel> bestOfEachKind() {
    Map<String, ReportedModel> best = new LinkedHashMap<>();
    models.forEach(model -> best.putIfAbsent(model.kind(), model));
    return List.copyOf(best.values());
  }

  /** The models with recorded epochs. */
  List<ReportedModel> trained() {
    return models.stream().filter(model -> !model.epochs().isEmpty()).toList();
  }

  /** The beginning of the hash, to call the data by. */
  public String shortSha256() {
    return sha256.substring(0, Math.min(NAME_LENGTH, sha256.length()));
  }
}
