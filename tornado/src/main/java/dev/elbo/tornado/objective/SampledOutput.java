package dev.elbo.tornado.objective;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.tornado.input.PreparedPass;
import dev.elbo.tornado.layers.Bias;
import dev.elbo.tornado.layers.Extent;
import dev.elbo.tornado.layers.Group;
import dev.elbo.tornado.layers.ObservedLinear;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Sum;
import dev.elbo.tornado.layers.Tasks;
import java.util.Arrays;
import java.util.Optional;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The last linear layer and the multinomial loss where outputs are sampled; derived at {@link
 * dev.elbo.reference.objective.SampledLogits}. The logits of the users' own items are computed
 * where users have them, {@code [N]}; those of what was drawn are a product with its rows of the
 * weight, gathered, {@code [B, M]}. The gradients come in the same two parts, and the second is
 * added to the rows that were drawn, each of which is there once.
 *
 * <p>Places for draws that a batch does not have get the logit of what is as good as impossible.
 */
public final class SampledOutput {

  /** A logit whose exponential is 0 beside any other: infinity is not safe with fast arithmetic. */
  private static final float NEVER = -1e30f;

  private final Parameter weight;
  private final Parameter bias;
  private final SparseRows rows;
  private final FloatArray share;
  private final int most;
  private final ObservedLinear own;

  /** How many items were drawn, {@code M}. */
  private final IntArray drawn = new IntArray(1);

  /** The items, {@code [M]}, and what is added to the logit of each. */
  private final IntArray item;

  private final FloatArray correction;

  /** Where each of the users' items is among them, {@code [N]}; -1 if it was not drawn. */
  private final IntArray place;

  /** Their rows of the weight and their biases, corrected, with the gradients. */
  private final Parameter gathered;

  private final Parameter offset;
  private final FloatArray negatives;
  private final FloatArray dGathered;
  private final FloatArray dX;
  private final FloatArray ofRows;

  /**
   * @param weight {@code [I, H]}
   * @param bias {@code [I]}
   * @param rows what is to be predicted
   * @param share of a user in the loss, {@code 1 / B}, {@code [1]}
   * @param most most items that are drawn for a batch
   */
  public SampledOutput(
      Parameter weight, Parameter bias, SparseRows rows, FloatArray share, int most) {
    this.weight = weight;
    this.bias = bias;
    this.rows = rows;
    this.share = share;
    this.most = most;
    this.own = new ObservedLinear("own", weight, bias, /* userBias= */ false, rows);
    this.item = new IntArray(most);
    this.correction = new FloatArray(most);
    this.place = new IntArray(rows.values());
    this.gathered = Parameter.weight("gathered", most, weight.in);
    this.offset = Parameter.bias("offset", most);
    gathered.gradient = new FloatArray(gathered.size());
    offset.gradient = new FloatArray(most);
    this.negatives = new FloatArray(rows.users() * most);
    this.dGathered = new FloatArray(rows.users() * weight.in);
    this.dX = new FloatArray(rows.users() * weight.in);
    this.ofRows = new FloatArray(rows.users());
  }

  /**
   * Lays out what was drawn for a batch.
   *
   * @param sampled what was drawn
   * @param x what is to be predicted, {@code [B, I]}
   */
  public void prepare(Outputs.Sampled sampled, CsrMatrix x, PreparedPass pass) {
    int[] items = sampled.items();
    float[] corrections = new float[items.length];
    for (int n = 0; n < items.length; n++) {
      corrections[n] = (float) sampled.correction(n);
    }
    int[] places = new int[x.size()];
    for (int n = 0; n < places.length; n++) {
      places[n] = Math.max(-1, Arrays.binarySearch(items, x.indices()[n]));
    }
    pass.put(new int[] {items.length}, drawn);
    pass.put(items, item);
    pass.put(corrections, correction);
    pass.put(places, place);
  }

  /** The loss of each row, not yet divided by anything, {@code [B]}. */
  public FloatArray ofRows() {
    return ofRows;
  }

  /**
   * Adds the tasks for the loss and for all gradients.
   *
   * @param h input of the layer, {@code [B, H]}
   * @return gradient with respect to it
   */
  public FloatArray lossAndGradient(Tasks tasks, FloatArray h) {
    tasks.take(drawn, item, correction, place, share, rows.start);
    int width = weight.in;
    tasks
        .graph()
        .task(
            "gather",
            SampledOutput::rowsOf,
            drawn,
            item,
            weight.value,
            gathered.value,
            width,
            most,
            Tasks.whole(most * width));
    tasks
        .graph()
        .task(
            "offset",
            SampledOutput::offsets,
            drawn,
            item,
            bias.value,
            correction,
            offset.value,
            most,
            Tasks.whole(most));
    tasks
        .products()
        .forward(tasks, "drawn", rows, h, gathered, offset, negatives, Optional.empty());
    FloatArray positives = own.forward(tasks, h);
    tasks
        .graph()
        .task(
            tasks.id("loss", Group.ITEMS, rows.users(), 1),
            SampledOutput::lossAndGradient,
            Tasks.CONTEXT,
            rows.size,
            share,
            rows.start,
            place,
            positives,
            negatives,
            ofRows,
            most);
    FloatArray dH = own.backward(tasks, positives);
    tasks.products().backwardInput(tasks, "drawn", rows, negatives, gathered, dGathered);
    Sum.add(tasks, "dHidden", Extent.ofRows(rows, width), dH, dGathered, dX);
    tasks.products().backwardWeight(tasks, "drawn", rows, negatives, h, gathered);
    Bias.backward(tasks, "drawn", rows, offset, negatives);
    tasks
        .graph()
        .task(
            "addRows",
            SampledOutput::addRows,
            drawn,
            item,
            gathered.gradient,
            weight.gradient,
            width,
            Tasks.whole(most * width));
    tasks
        .graph()
        .task(
            "addOffset",
            SampledOutput::addRows,
            drawn,
            item,
            offset.gradient,
            bias.gradient,
            1,
            Tasks.whole(most));
    return dX;
  }

  /**
   * The kernel that gathers the rows of what was drawn.
   *
   * @param drawn how many, {@code M}
   * @param item which items, {@code [M]}
   * @param weight {@code [I, H]}
   * @param gathered {@code [M, H]}. Modified.
   * @param width {@code H}
   * @param most most rows
   * @param bound of the loop
   */
  public static void rowsOf(
      IntArray drawn,
      IntArray item,
      FloatArray weight,
      FloatArray gathered,
      int width,
      int most,
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      int place = n / width;
      if (place < drawn.get(0)) {
        gathered.set(n, weight.get(item.get(place) * width + n % width));
      } else if (place < most) {
        gathered.set(n, 0f);
      }
    }
  }

  /**
   * The kernel of the biases of what was drawn.
   *
   * @param drawn how many, {@code M}
   * @param item which items, {@code [M]}
   * @param bias {@code [I]}
   * @param correction what is added to the logit of each, {@code [M]}
   * @param offset {@code [M]}. Modified.
   * @param most most of them
   * @param bound of the loop
   */
  public static void offsets(
      IntArray drawn,
      IntArray item,
      FloatArray bias,
      FloatArray correction,
      FloatArray offset,
      int most,
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      if (n < drawn.get(0)) {
        offset.set(n, bias.get(item.get(n)) + correction.get(n));
      } else if (n < most) {
        offset.set(n, NEVER);
      }
    }
  }

  /**
   * The kernel of the loss, whose group shares a user.
   *
   * @param context one group of {@link Group#ITEMS} items for each user
   * @param size {@link SparseRows#size}
   * @param share {@code 1 / B}, {@code [1]}
   * @param start where each user's values begin, {@code [B + 1]}
   * @param place where each of the users' items is among what was drawn, or -1, {@code [N]}
   * @param positives logits of the users' own items, {@code [N]}. Modified: the gradient with
   *     respect to them.
   * @param negatives logits of what was drawn, {@code [B, M]}. Modified likewise.
   * @param ofRows {@code [B]}. Modified.
   * @param most columns of {@code negatives}
   */
  public static void lossAndGradient(
      KernelContext context,
      IntArray size,
      FloatArray share,
      IntArray start,
      IntArray place,
      FloatArray positives,
      FloatArray negatives,
      FloatArray ofRows,
      int most) {
    float[] shared = context.allocateFloatLocalArray(Group.SHARED);
    int local = context.localIdx;
    int b = context.groupIdx;
    if (b < size.get(SparseRows.USERS)) {
      int row = b * most;
      // An item that was drawn is no negative of a user who has it.
      for (int n = start.get(b) + local; n < start.get(b + 1); n += Group.ITEMS) {
        if (place.get(n) >= 0) {
          negatives.set(row + place.get(n), NEVER);
        }
      }
      context.globalBarrier();
      float max = NEVER;
      for (int n = start.get(b) + local; n < start.get(b + 1); n += Group.ITEMS) {
        max = TornadoMath.max(max, positives.get(n));
      }
      for (int n = local; n < most; n += Group.ITEMS) {
        max = TornadoMath.max(max, negatives.get(row + n));
      }
      max = Group.max(context, shared, max);
      float sum = 0f;
      float observed = 0f;
      for (int n = start.get(b) + local; n < start.get(b + 1); n += Group.ITEMS) {
        sum += TornadoMath.exp(positives.get(n) - max);
        observed += positives.get(n) - max;
      }
      for (int n = local; n < most; n += Group.ITEMS) {
        sum += TornadoMath.exp(negatives.get(row + n) - max);
      }
      float logSum = TornadoMath.log(Group.sum(context, shared, sum));
      float ofUser = Group.sum(context, shared, observed);
      int own = start.get(b + 1) - start.get(b);
      if (local == 0) {
        ofRows.set(b, own * logSum - ofUser);
      }
      float scale = own * share.get(0);
      for (int n = start.get(b) + local; n < start.get(b + 1); n += Group.ITEMS) {
        float p = TornadoMath.exp(positives.get(n) - max - logSum);
        positives.set(n, scale * p - share.get(0));
      }
      for (int n = local; n < most; n += Group.ITEMS) {
        negatives.set(row + n, scale * TornadoMath.exp(negatives.get(row + n) - max - logSum));
      }
    }
  }

  /**
   * The kernel that adds to the rows of what was drawn.
   *
   * @param drawn how many, {@code M}
   * @param item which items, each once, {@code [M]}
   * @param from {@code [M, H]}
   * @param to {@code [I, H]}. Modified.
   * @param width {@code H}
   * @param bound of the loop
   */
  public static void addRows(
      IntArray drawn, IntArray item, FloatArray from, FloatArray to, int width, int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      int place = n / width;
      if (place < drawn.get(0)) {
        int at = item.get(place) * width + n % width;
        to.set(at, to.get(at) + from.get(n));
      }
    }
  }
}
