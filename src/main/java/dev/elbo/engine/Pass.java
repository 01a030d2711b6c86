package dev.elbo.engine;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.Steps;
import dev.elbo.model.KlWeight;
import dev.elbo.model.Model;
import dev.elbo.model.Objective.NextItemsLoss;
import dev.elbo.random.Noise;

/**
 * What a layer needs to know of the pass it is in.
 *
 * @param users row of each user of the batch in the whole matrix, {@code [B]}: the key of their
 *     noise
 * @param noise the draws
 * @param klWeight weight of each user's divergence; null in scoring, which has no loss
 * @param items what each user has, {@code [B, I]}; null where nothing depends on it
 * @param steps the users' steps, which are the rows of layers; null where the users are
 * @param sequence the sequence of each row, {@code [rows]}; null likewise
 * @param targets what is to be predicted, {@code [rows, I]}; null in scoring
 * @param outputs which outputs are computed
 * @param perUser how much of a target a user has: a negative log-likelihood is divided by it
 */
public record Pass(
    int[] users,
    Noise noise,
    KlWeight klWeight,
    CsrMatrix items,
    Steps steps,
    int[] sequence,
    CsrMatrix targets,
    Outputs outputs,
    int perUser) {

  /** A pass whose rows are users, with one weight of the divergence for all. */
  public Pass(int[] users, Noise noise, double beta) {
    this(users, noise, KlWeight.of(beta), null, null, null, null, new Outputs.All(), 1);
  }

  /**
   * A pass that the loss is at the end of.
   *
   * @param model what is computed
   * @param update for whom, with which noise and weights
   * @throws ElboException if the model reads items in an order, and the batch has none; or if it
   *     cannot give the outputs
   */
  public static Pass training(Model model, Update update) {
    Outputs outputs = update.outputs().askedOf(model);
    Batch batch = update.batch();
    CsrMatrix items = batch.items();
    if (model.objective().reconstruction() instanceof NextItemsLoss(int ahead, int window)) {
      Steps steps = Steps.toPredict(items, ahead, window);
      return new Pass(
          batch.users(),
          update.noise(),
          update.klWeight(),
          items,
          steps,
          steps.sequenceOfRows(),
          steps.next(),
          outputs,
          ahead);
    }
    return new Pass(
        batch.users(), update.noise(), update.klWeight(), items, null, null, items, outputs, 1);
  }

  /**
   * A pass that ends with a row of scores for each user.
   *
   * @param model what is computed
   * @param batch the users
   * @param noise the draws
   * @throws ElboException if the model reads items in an order, and the batch has none
   */
  public static Pass scoring(Model model, Batch batch, Noise noise) {
    Steps steps =
        model.objective().reconstruction() instanceof NextItemsLoss(_, int window)
            ? Steps.toRead(batch.items(), window)
            : null;
    int[] sequence = steps == null ? null : steps.sequenceOfRows();
    return new Pass(
        batch.users(),
        noise,
        /* klWeight= */ null,
        batch.items(),
        steps,
        sequence,
        /* targets= */ null,
        new Outputs.All(),
        1);
  }

  /** Whether there is a loss at its end. */
  public boolean hasLoss() {
    return klWeight != null;
  }

  /** Rows of dense layers: users, or their steps. */
  public int rows() {
    return sequence == null ? users.length : sequence.length;
  }

  /** Weight of the divergence of a row's user. */
  public double klWeight(int row) {
    return klWeight.perItem()
        ? klWeight.ofUser(items.size(steps == null ? row : steps.users()[sequence[row]]))
        : klWeight.value();
  }

  /**
   * Draws the epsilon of a row.
   *
   * @param layer position of the Gaussian layer in the model
   * @param row which row of the layer
   * @param epsilon receives the draws, {@code [K]}. Modified.
   */
  public void epsilon(int layer, int row, double[] epsilon) {
    if (steps == null) {
      noise.epsilon(layer, users[row], 0, epsilon);
    } else {
      int q = sequence[row];
      int last = steps.lastOnly() ? steps.start()[q + 1] - 1 : row;
      int step = Math.max(0, steps.first()[q] + last - steps.start()[q]);
      noise.epsilon(layer, users[steps.users()[q]], step, epsilon);
    }
  }

  /**
   * The share of a row in the divergence, which is a mean over users.
   *
   * @param row which row
   * @param meanOverSteps whether it is also a mean over a user's steps, and not their sum
   */
  public double share(int row, boolean meanOverSteps) {
    return 1.0 / users.length / (meanOverSteps && steps != null ? stepsOfUser(sequence[row]) : 1);
  }

  /** Number of steps of a sequence's user, those of the user's other sequences included. */
  private int stepsOfUser(int q) {
    int[] user = steps.users();
    int first = q;
    while (first > 0 && user[first - 1] == user[q]) {
      first--;
    }
    int end = q + 1;
    while (end < user.length && user[end] == user[q]) {
      end++;
    }
    return steps.start()[end] - steps.start()[first];
  }
}
