package dev.elbo.recommend;

import dev.elbo.model.Architecture;
import dev.elbo.model.Baseline;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.ModelName;
import dev.elbo.train.RunOptions;

/**
 * The library's front: from who has what to recommendations, in memory and in external ids.
 *
 * <pre>{@code
 * Interactions events = Interactions.builder().add("ann", "alien").add("bob", "brazil").build();
 * RecommenderModel model = Elbo.multVae().hidden(600).latent(200).epochs(60).train(events);
 * List<Recommendation> top = model.recommend(List.of("alien"), 10);
 * }</pre>
 *
 * <p>Each method gives what the model's authors did, to be changed at will; the papers stand beside
 * {@link Architecture} and {@link BaselineOptions}.
 */
public final class Elbo {

  private Elbo() {}

  /** Mult-VAE (Liang et al. 2018). */
  public static NetworkTraining multVae() {
    return of(Architecture.MULT_VAE);
  }

  /** Mult-DAE (Liang et al. 2018). */
  public static NetworkTraining multDae() {
    return of(Architecture.MULT_DAE);
  }

  /** RecVAE (Shenbin et al. 2020). */
  public static NetworkTraining recvae() {
    return of(Architecture.RECVAE);
  }

  /** SVAE (Sachdeva et al. 2019), which reads items in the order of time. */
  public static NetworkTraining svae() {
    return of(Architecture.SVAE);
  }

  /** AutoRec on users' rows (Sedhain et al. 2015), which predicts ratings. */
  public static NetworkTraining uAutorec() {
    return of(Architecture.U_AUTOREC);
  }

  /**
   * AutoRec on items' rows (Sedhain et al. 2015), which predicts ratings, and only those of the
   * users that it was trained on.
   */
  public static NetworkTraining iAutorec() {
    return of(Architecture.I_AUTOREC);
  }

  /** AutoRec that ranks. */
  public static NetworkTraining implicitAutorec() {
    return of(Architecture.IMPLICIT_AUTOREC);
  }

  /** MFAE, which predicts ratings. */
  public static NetworkTraining mfae() {
    return of(Architecture.MFAE);
  }

  /** The most popular items. */
  public static BaselineTraining popularity() {
    return of(Baseline.POPULARITY);
  }

  /** EASE (Steck 2019) with the usual lambda. */
  public static BaselineTraining ease() {
    return of(Baseline.EASE);
  }

  /**
   * EASE (Steck 2019).
   *
   * @param l2 lambda of {@code lambda * ||B||^2}
   * @throws IllegalArgumentException if it is not above 0
   */
  public static BaselineTraining ease(double l2) {
    return of(new BaselineOptions.Ease(l2));
  }

  /** EDLAE (Steck 2020). */
  public static BaselineTraining edlae() {
    return of(Baseline.EDLAE);
  }

  /** DLAE (Moon, Kim and Lee 2023). */
  public static BaselineTraining dlae() {
    return of(Baseline.DLAE);
  }

  /** RDLAE (Moon, Kim and Lee 2023). */
  public static BaselineTraining rdlae() {
    return of(Baseline.RDLAE);
  }

  /** RDLAE through a sparse approximate inverse, for large catalogues. */
  public static BaselineTraining sparseRdlae() {
    return of(Baseline.SPARSE_RDLAE);
  }

  /** The nearest neighbours of items. */
  public static BaselineTraining itemKnn() {
    return of(Baseline.ITEM_KNN);
  }

  /** Implicit alternating least squares. */
  public static BaselineTraining ials() {
    return of(Baseline.IALS);
  }

  /** A network, as its authors have it. */
  public static NetworkTraining of(Architecture architecture) {
    return of(RunOptions.of(architecture));
  }

  /** A network with options of one's own, for instance those of a model that was trained before. */
  public static NetworkTraining of(RunOptions.OfNetwork options) {
    return new NetworkTraining(options, Training.Setting.USUAL);
  }

  /** A baseline with the usual numbers. */
  public static BaselineTraining of(Baseline baseline) {
    return of(BaselineOptions.of(baseline));
  }

  /** A baseline with numbers of one's own. */
  public static BaselineTraining of(BaselineOptions options) {
    var usual = (RunOptions.OfBaseline) RunOptions.of((ModelName) options.baseline());
    return new BaselineTraining(
        new RunOptions.OfBaseline(options, usual.metrics(), usual.plainRecall()),
        Training.Setting.USUAL);
  }
}
