package dev.elbo.cli.options;

import dev.elbo.ElboException;
import dev.elbo.data.PreparedData;
import dev.elbo.model.Architecture;
import java.nio.file.Path;

/**
 * What models and options ask of prepared data, and what is said where it is something else.
 *
 * @param dir where the data was read from
 * @param data the data
 */
public record DataRequirements(Path dir, PreparedData data) {

  /**
   * Requires ratings for a model that predicts them, and none for one that ranks.
   *
   * @param model what to call the model
   * @throws ElboException if it is the other kind of data
   */
  public void requireKind(String model, boolean predictsRatings) {
    if (data.hasRatings() && !predictsRatings) {
      throw refused(
          "the data holds ratings to predict, and %s ranks items: prepare it without --explicit"
              .formatted(model));
    }
    if (predictsRatings && !data.hasRatings()) {
      throw refused(
          "%s predicts ratings, and the data says only who has what: prepare it with --explicit"
              .formatted(model));
    }
  }

  /**
   * Requires no ratings, for what judges rankings only.
   *
   * @param judge what judges
   * @throws ElboException if there are ratings to predict
   */
  public void requireRankings(String judge) {
    if (data.hasRatings()) {
      throw refused(
          "the data holds ratings to predict; %s judges rankings: `elbo evaluate` each model"
              .formatted(judge));
    }
  }

  /**
   * Requires ratings or none, an order, and users as a network reads them.
   *
   * @throws ElboException if one of these is not as it should be
   */
  public void requireFor(Architecture architecture) {
    requireKind(architecture.toString(), architecture.predictsRatings());
    if (architecture.isSequential() && !data.train().hasOrder()) {
      throw refused(
          "%s reads items in the order of time, and the data does not have it: prepare it with"
                  .formatted(architecture)
              + " --split temporal");
    }
    if (architecture.readsItems()) {
      requireSameUsers(architecture.toString());
    }
  }

  /**
   * Requires the same users in each part, for a model that reads items.
   *
   * @param model what to call the model
   * @throws ElboException if a part has others
   */
  public void requireSameUsers(String model) {
    if (data.hasHeldOut() && !data.hasSameUsersInEachPart()) {
      throw refused(
          "%s reads items by the users it was trained on, and the data has others to judge it on:"
                  .formatted(model)
              + " prepare it with --split weak");
    }
  }

  /**
   * Requires users to judge a model on.
   *
   * @throws ElboException if everything is trained on
   */
  public void requireHeldOut() {
    if (!data.hasHeldOut()) {
      throw refused(
          "everything is trained on, and nothing is left to judge a model by: prepare the data with"
              + " another --split than none");
    }
  }

  /**
   * Requires an order of time.
   *
   * @throws ElboException if there is none
   */
  public void requireOrderForSkipLast() {
    if (!data.train().hasOrder()) {
      throw refused(
          "--skip-last is about the order of time, and the data does not have it: prepare it with"
              + " --split temporal");
    }
  }

  /**
   * Requires validation users who are not trained on: the loss is that of their fold-in items.
   *
   * @throws ElboException if they are
   */
  public void requireUntrainedForLoss() {
    if (data.hasSameUsersInEachPart()) {
      throw refused(
          "--select loss measures the validation users' fold-in items, and with --split weak these"
              + " are trained on: select by %s, or prepare the data with another --split"
                  .formatted(data.hasRatings() ? "rmse" : "ndcg@100"));
    }
  }

  private ElboException refused(String message) {
    return ElboException.in(dir, message);
  }
}
