package dev.elbo.audit.definition;

import dev.elbo.DidYouMean;
import dev.elbo.ElboException;
import dev.elbo.eval.AveragePrecision;
import dev.elbo.eval.Coverage;
import dev.elbo.eval.Divisor;
import dev.elbo.eval.Gini;
import dev.elbo.eval.HitRate;
import dev.elbo.eval.Metric;
import dev.elbo.eval.Ndcg;
import dev.elbo.eval.Novelty;
import dev.elbo.eval.PlainRecall;
import dev.elbo.eval.Precision;
import dev.elbo.eval.Recall;
import dev.elbo.eval.ReciprocalRank;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The definitions that are in use. {@code r} is a rank counted from 1, {@code k} the cutoff, {@code
 * n} the number of a user's held-out items.
 */
public final class Definitions {

  /** Other names that metrics are reported by. */
  private static final Map<String, String> SYNONYMS =
      Map.ofEntries(
          Map.entry("ndcg_cut", "ndcg"),
          Map.entry("hr", "hitrate"),
          Map.entry("hit", "hitrate"),
          Map.entry("hits", "hitrate"),
          Map.entry("hit_rate", "hitrate"),
          Map.entry("hitratio", "hitrate"),
          Map.entry("success", "hitrate"),
          Map.entry("p", "precision"),
          Map.entry("ap", "map"),
          Map.entry("map_cut", "map"),
          Map.entry("rr", "mrr"),
          Map.entry("recip_rank", "mrr"),
          Map.entry("arhr", "mrr"));

  private static final List<Definition> ALL = all();

  private Definitions() {}

  /** All of them, those of a metric beside each other, that of `elbo evaluate` first. */
  public static List<Definition> every() {
    return ALL;
  }

  /**
   * Those of a metric.
   *
   * @param name as it is reported, in upper or lower case, such as {@code NDCG} or {@code HR}; or
   *     the name of one definition
   * @throws ElboException if there is no such metric
   */
  public static List<Definition> of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    String metric = SYNONYMS.getOrDefault(lower, lower);
    List<Definition> found = ALL.stream().filter(one -> one.metric().equals(metric)).toList();
    if (found.isEmpty()) {
      found = ALL.stream().filter(one -> one.name().equals(metric)).toList();
    }
    if (found.isEmpty()) {
      List<String> names = ALL.stream().map(Definition::metric).distinct().toList();
      throw new ElboException(
          "unknown metric \"%s\"%s: expected one of %s"
              .formatted(name, DidYouMean.among(names, lower), String.join(", ", names)));
    }
    return found;
  }

  private static List<Definition> all() {
    var all = new ArrayList<Definition>();
    all.addAll(ndcg());
    all.addAll(recall());
    all.addAll(precision());
    all.addAll(averagePrecision());
    all.addAll(ranks());
    all.addAll(catalogue());
    return List.copyOf(all);
  }

  private static List<Definition> ndcg() {
    return List.of(
        binary(
            "ndcg",
            "ndcg",
            "a hit gains 1/log2(r + 1); over the sum of a list of min(k, n) hits",
            Ndcg::new,
            vaeCf("VAE_ML20M_WWW2018.ipynb:1002"),
            recBole("186"),
            elliot("ndcg/ndcg_rendle2020.py:79"),
            implicit("449"),
            lensKit("_dcg.py:139"),
            recPack("dcg.py:106"),
            rePlay("ndcg.py:82"),
            recommenders("601"),
            cornac("100"),
            new Source("LightGCN-PyTorch", "code/utils.py:238", "947ca2b")),
        binary(
            "ndcg",
            "ndcg-ideal-all",
            "over the sum of a list of all n hits, not cut at k",
            k -> ndcg(k, Ndcg.Discount.LOG2, Ndcg.Ideal.ALL),
            recSys2019("194")),
        binary(
            "ndcg",
            "ndcg-ideal-k",
            "over the sum of a list of k hits, also where n is less",
            k -> ndcg(k, Ndcg.Discount.LOG2, Ndcg.Ideal.CUTOFF),
            recTools("ranking.py:463")),
        binary(
            "ndcg",
            "ndcg-ideal-hits",
            "over the sum of the list's own hits put first: what was not found costs nothing",
            k -> ndcg(k, Ndcg.Discount.LOG2, Ndcg.Ideal.HITS),
            daisyRec("172")),
        binary(
            "ndcg",
            "ndcg-jarvelin",
            "a hit gains 1 at ranks 1 and 2, then 1/log2(r), as in the paper; over min(k, n) hits",
            k -> ndcg(k, Ndcg.Discount.JARVELIN, Ndcg.Ideal.CUT),
            lensKit("_dcg.py:31, with discount=np.log2")),
        graded(
            "ndcg-linear",
            "a hit gains its rating over log2(r + 1); over the sum of the k best held-out items",
            Ndcg.Gain.LINEAR,
            trec("m_ndcg_cut.c:75"),
            ranx("ndcg.py:36"),
            lensKit("_dcg.py:115, with gain"),
            torchMetrics("ndcg.py:105")),
        graded(
            "ndcg-exponential",
            "a hit gains (2^rating - 1)/log2(r + 1); over the sum of the k best held-out items",
            Ndcg.Gain.EXPONENTIAL,
            ranx("ndcg.py:40"),
            recommenders("661, with score_type=exp")));
  }

  private static List<Definition> recall() {
    return List.of(
        binary(
            "recall",
            "recall",
            "hits over min(k, n)",
            Recall::new,
            vaeCf("VAE_ML20M_WWW2018.ipynb:1033"),
            lensKit("_pr.py:64"),
            recPack("recall.py:83, as calibrated recall")),
        binary(
            "recall",
            "recall-plain",
            "hits over n",
            PlainRecall::new,
            trec("m_recall.c:73"),
            recBole("160"),
            elliot("recall/recall.py:66"),
            cornac("386"),
            recPack("recall.py:46"),
            recommenders("541"),
            rePlay("recall.py:73"),
            recSys2019("161"),
            daisyRec("117"),
            ranx("recall.py:22"),
            torchMetrics("recall.py:65"),
            new Source("LightFM", "lightfm/evaluation.py:166", "0c9c31e"),
            new Source("LightGCN-PyTorch", "code/utils.py:223", "947ca2b")));
  }

  private static List<Definition> precision() {
    return List.of(
        binary(
            "precision",
            "precision",
            "hits over k, also where fewer are given",
            Precision::new,
            trec("m_P.c:78"),
            recBole("227"),
            cornac("349"),
            recommenders("496"),
            elliot("precision/precision.py:66"),
            recPack("precision.py:51"),
            rePlay("precision.py:69"),
            ranx("precision.py:17"),
            torchMetrics("precision.py:71"),
            new Source("LightFM", "lightfm/evaluation.py:82", "0c9c31e"),
            new Source("LightGCN-PyTorch", "code/utils.py:224", "947ca2b")),
        binary(
            "precision",
            "precision-given",
            "hits over what was given, at most k",
            k -> new Precision(k, Divisor.GIVEN),
            lensKit("_pr.py:45"),
            daisyRec("104"),
            recSys2019("141")),
        binary(
            "precision",
            "precision-possible",
            "hits over the least of k, n and what was given",
            k -> new Precision(k, Divisor.POSSIBLE_OF_GIVEN),
            recSys2019("152, as the one with the minimum in the denominator")),
        pooled(
            "precision",
            "precision-pooled",
            "all users' hits over the sum of min(k, n)",
            Weight.POSSIBLE_HITS,
            Recall::new,
            implicit("471")));
  }

  private static List<Definition> averagePrecision() {
    return List.of(
        binary(
            "map",
            "map",
            "precisions at the hits, summed, over min(k, n)",
            AveragePrecision::new,
            new Source("ml_metrics", "Python/ml_metrics/average_precision.py:39", "9a637ae"),
            implicit("463"),
            recBole("126"),
            rePlay("map.py:77"),
            recommenders("833, as map_at_k")),
        map(
            "map-plain",
            "the same sum over n",
            Divisor.HELD_OUT,
            trec("m_map_cut.c:77"),
            ranx("average_precision.py:42"),
            recommenders("785"),
            recTools("ranking.py:286")),
        map(
            "map-given",
            "the same sum over the least of k, n and what was given",
            Divisor.POSSIBLE_OF_GIVEN,
            lensKit("_map.py:43"),
            recSys2019("71")),
        map(
            "map-hits",
            "the same sum over the hits: what was not found costs nothing",
            Divisor.HITS,
            daisyRec("150"),
            torchMetrics("average_precision.py:62")),
        map("map-k", "the same sum over k", Divisor.CUTOFF, recTools("ranking.py:284")),
        binary(
            "map",
            "map-ranks",
            "the mean of the precisions at ranks 1 to k, whether or not there is a hit",
            k -> new AveragePrecision(k, AveragePrecision.At.RANKS, Divisor.CUTOFF),
            elliot("map/map.py:71")));
  }

  private static List<Definition> ranks() {
    return List.of(
        binary(
            "mrr",
            "mrr",
            "1/r of the first hit, 0 without one",
            ReciprocalRank::new,
            trec("m_recip_rank.c:49"),
            recBole("88"),
            elliot("mrr/mrr.py:66"),
            recPack("reciprocal_rank.py:39"),
            rePlay("mrr.py:56"),
            lensKit("_recip.py:40"),
            ranx("reciprocal_rank.py:19"),
            torchMetrics("reciprocal_rank.py:62"),
            recTools("ranking.py:572")),
        binary(
            "mrr",
            "mrr-all",
            "1/r of every hit, summed: it exceeds 1",
            k -> new ReciprocalRank(k, ReciprocalRank.Of.ALL),
            daisyRec("133"),
            recSys2019("132, as ARHR")),
        binary(
            "hitrate",
            "hitrate",
            "1 if there is a hit, else 0",
            HitRate::new,
            trec("m_success.c:71"),
            recBole("62"),
            elliot("hit_rate/hit_rate.py:66"),
            cornac("312"),
            daisyRec("191"),
            rePlay("hitrate.py:63"),
            lensKit("_hit.py:42"),
            ranx("hit_rate.py:12"),
            torchMetrics("hit_rate.py:60")),
        pooled(
            "hitrate",
            "hitrate-pooled",
            "all users' hits over all users' held-out items; the same where each has one",
            Weight.HELD_OUT,
            PlainRecall::new,
            new Source("SELFRec", "util/evaluation.py:30", "5b02294")));
  }

  private static List<Definition> catalogue() {
    return List.of(
        binary(
            "coverage",
            "coverage",
            "items recommended to anyone over all items",
            Coverage::new,
            recBole("502"),
            daisyRec("49"),
            recPack("coverage.py:34"),
            recSys2019("324")),
        binary(
            "novelty",
            "novelty",
            "mean of log2(users / users who have the item)",
            Novelty::new,
            recTools("novelty.py:124")),
        binary(
            "novelty",
            "novelty-normalised",
            "the same over log2(users): within [0, 1]",
            k -> new Novelty(k, Novelty.Of.USERS_NORMALISED),
            rePlay("surprisal.py:92")),
        binary(
            "novelty",
            "novelty-events",
            "mean of log2(events / events of the item)",
            k -> new Novelty(k, Novelty.Of.EVENTS),
            recommenders("1393")),
        binary(
            "gini",
            "gini",
            "0 if all items are recommended alike, towards 1 if few are, over I items",
            Gini::new,
            recBole("672")),
        binary(
            "gini",
            "gini-elliot",
            "1 less the same over I - 1: 1 if all items are recommended alike",
            k -> new Gini(k, Gini.Over.OTHER_ITEMS, Gini.Sense.DIVERSITY),
            new Source(
                "Elliot",
                "elliot/evaluation/metrics/diversity/gini_index/gini_index.py:80",
                "fc27efe")),
        binary(
            "gini",
            "gini-diversity",
            "1 less the same over I + 1",
            k -> new Gini(k, Gini.Over.ITEMS_AND_ONE, Gini.Sense.DIVERSITY),
            recSys2019("439")));
  }

  private static Metric ndcg(int k, Ndcg.Discount discount, Ndcg.Ideal ideal) {
    return new Ndcg(k, Ndcg.Gain.BINARY, discount, ideal);
  }

  private static Definition map(String name, String words, Divisor by, Source... sources) {
    return binary(
        "map", name, words, k -> new AveragePrecision(k, AveragePrecision.At.HITS, by), sources);
  }

  private static Definition graded(String name, String words, Ndcg.Gain gain, Source... sources) {
    return new Definition(
        "ndcg",
        name,
        words,
        true,
        Weight.ALIKE,
        k -> new Ndcg(k, gain, Ndcg.Discount.LOG2, Ndcg.Ideal.CUT),
        List.of(sources));
  }

  private static Definition binary(
      String metric, String name, String words, IntFunction<Metric> at, Source... sources) {
    return new Definition(metric, name, words, false, Weight.ALIKE, at, List.of(sources));
  }

  private static Definition pooled(
      String metric,
      String name,
      String words,
      Weight weight,
      IntFunction<Metric> at,
      Source... sources) {
    return new Definition(metric, name, words, false, weight, at, List.of(sources));
  }

  private static Source vaeCf(String file) {
    return new Source("vae_cf", file, "ad103c5");
  }

  private static Source recBole(String line) {
    return new Source("RecBole", "recbole/evaluator/metrics.py:" + line, "7b02be5");
  }

  private static Source elliot(String file) {
    return new Source("Elliot", "elliot/evaluation/metrics/accuracy/" + file, "fc27efe");
  }

  private static Source cornac(String line) {
    return new Source("Cornac", "cornac/metrics/ranking.py:" + line, "4db147d");
  }

  private static Source implicit(String line) {
    return new Source("implicit", "implicit/evaluation.pyx:" + line, "8a95dbe");
  }

  private static Source lensKit(String file) {
    return new Source("LensKit", "src/lenskit/metrics/ranking/" + file, "3bd1c17");
  }

  private static Source recPack(String file) {
    return new Source("RecPack", "recpack/metrics/" + file, "d429977");
  }

  private static Source rePlay(String file) {
    return new Source("RePlay", "replay/metrics/" + file, "b4e051e");
  }

  private static Source recTools(String file) {
    return new Source("RecTools", "rectools/metrics/" + file, "41a5a63");
  }

  private static Source daisyRec(String line) {
    return new Source("DaisyRec", "daisy/utils/metrics.py:" + line, "88b0a32");
  }

  private static Source recSys2019(String line) {
    return new Source("RecSys2019", "Base/Evaluation/metrics.py:" + line, "f5618c6");
  }

  private static Source ranx(String file) {
    return new Source("ranx", "ranx/metrics/" + file, "2cae52f");
  }

  private static Source torchMetrics(String file) {
    return new Source("TorchMetrics", "src/torchmetrics/functional/retrieval/" + file, "dab0333");
  }

  private static Source recommenders(String line) {
    return new Source(
        "Recommenders", "recommenders/evaluation/python_evaluation.py:" + line, "b02c95e");
  }

  private static Source trec(String file) {
    return new Source("trec_eval", file, "f425365");
  }
}
