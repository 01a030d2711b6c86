package dev.elbo.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One user's recommendations beside what was to be found. Neighbours may be tied: whoever made the
 * list could as well have put them in another order. The arrays are not copied.
 *
 * @param gains what each recommendation is worth, best first, {@code [given]}: 0 for one that was
 *     not to be found; otherwise more than 0, and 1 where relevance is binary
 * @param ends where each group of tied recommendations ends, exclusive, ascending to {@code given};
 *     a recommendation that is tied with no other is a group of its own
 * @param heldOut what all that is to be found is worth, descending, {@code [|T|]}
 */
public record JudgedList(double[] gains, int[] ends, double[] heldOut) {

  /**
   * A list of which the order is known, and relevance is binary.
   *
   * @param hitRanks ranks of the held-out items, counted from 1. Not modified.
   * @param heldOut number of held-out items, {@code |T|}
   * @param given number of recommendations
   */
  public static JudgedList of(int[] hitRanks, int heldOut, int given) {
    double[] gains = new double[given];
    for (int rank : hitRanks) {
      gains[rank - 1] = 1;
    }
    return new JudgedList(gains, ones(given), filled(heldOut));
  }

  private static int[] ones(int given) {
    return IntStream.rangeClosed(1, given).toArray();
  }

  private static double[] filled(int heldOut) {
    double[] gains = new double[heldOut];
    Arrays.fill(gains, 1);
    return gains;
  }

  /** How many recommendations there are. */
  public int given() {
    return gains.length;
  }

  /** How many of the first {@code k} are among what was to be found. */
  int hits(int k) {
    int hits = 0;
    for (int position = 0; position < Math.min(k, gains.length); position++) {
      if (gains[position] > 0) {
        hits++;
      }
    }
    return hits;
  }

  /** Whether another order of what is tied would change the hits among the first {@code k}. */
  public boolean isTied(int k) {
    int start = 0;
    for (int end : ends) {
      if (start >= k) {
        return false;
      }
      int hits = hitsWithin(start, end);
      if (hits > 0 && end - start > 1 && (hits < end - start || !isEven(start, end))) {
        return true;
      }
      start = end;
    }
    return false;
  }

  private boolean isEven(int start, int end) {
    return Arrays.stream(gains, start, end).allMatch(gain -> gain == gains[start]);
  }

  private int hitsWithin(int start, int end) {
    int hits = 0;
    for (int position = start; position < end; position++) {
      if (gains[position] > 0) {
        hits++;
      }
    }
    return hits;
  }

  /**
   * The orders of what is tied among which the best and the worst are: those with every possible
   * number of hits among the first {@code k}, and these as far up, or as far down, as can be.
   *
   * @param k the cutoff, 1 or more
   * @return lists without ties
   */
  public List<JudgedList> extremes(int k) {
    List<JudgedList> extremes = new ArrayList<>();
    int[] cut = cutGroup(k);
    int size = cut[1] - cut[0];
    int room = Math.min(k - cut[0], size);
    int hits = hitsWithin(cut[0], cut[1]);
    for (int inside = Math.max(0, room - (size - hits)); inside <= Math.min(hits, room); inside++) {
      extremes.add(ordered(cut, room, inside, /* best= */ true));
      extremes.add(ordered(cut, room, inside, /* best= */ false));
    }
    return extremes;
  }

  /** Start and end of the group that the cutoff goes through; an empty one if it goes between. */
  private int[] cutGroup(int k) {
    int start = 0;
    for (int end : ends) {
      if (end > k) {
        return new int[] {Math.min(start, k), start < k ? end : k};
      }
      start = end;
    }
    return new int[] {start, start};
  }

  private JudgedList ordered(int[] cut, int room, int inside, boolean best) {
    double[] ordered = gains.clone();
    int start = 0;
    for (int end : ends) {
      if (start == cut[0] && end == cut[1]) {
        divide(ordered, cut, room, inside, best);
      } else {
        order(ordered, start, end, best);
      }
      start = end;
    }
    return new JudgedList(ordered, ones(ordered.length), heldOut);
  }

  /** Puts some of the hits, the best or the worst of them, before the cutoff. */
  private static void divide(double[] gains, int[] cut, int room, int inside, boolean best) {
    double[] all = Arrays.stream(gains, cut[0], cut[1]).filter(gain -> gain > 0).sorted().toArray();
    Arrays.fill(gains, cut[0], cut[1], 0);
    for (int n = 0; n < all.length; n++) {
      double gain = best ? all[all.length - 1 - n] : all[n];
      int position = n < inside ? cut[0] + n : cut[0] + room + n - inside;
      gains[position] = gain;
    }
    order(gains, cut[0], cut[0] + room, best);
  }

  private static void order(double[] gains, int start, int end, boolean best) {
    Arrays.sort(gains, start, end);
    for (int a = start, b = end - 1; best && a < b; a++, b--) {
      double swapped = gains[a];
      gains[a] = gains[b];
      gains[b] = swapped;
    }
  }

  /**
   * What the first {@code k} may be when all orders of what is tied are equally likely: one with
   * each number of hits that they may have.
   *
   * @param k the cutoff, 1 or more
   */
  List<TiedList> cuts(int k) {
    int[] cut = cutGroup(k);
    int size = cut[1] - cut[0];
    int room = Math.min(k - cut[0], size);
    int hits = hitsWithin(cut[0], cut[1]);
    List<TiedList.Group> before = groups(cut[0]);
    List<TiedList> cuts = new ArrayList<>();
    for (int inside = Math.max(0, room - (size - hits)); inside <= Math.min(hits, room); inside++) {
      List<TiedList.Group> groups = new ArrayList<>(before);
      if (room > 0) {
        groups.add(new TiedList.Group(room, inside, meanGain(cut[0], cut[1])));
      }
      double probability = TiedList.hypergeometric(size, hits, room, inside);
      cuts.add(new TiedList(probability, groups, heldOut, Math.min(k, given())));
    }
    return cuts;
  }

  private List<TiedList.Group> groups(int until) {
    List<TiedList.Group> groups = new ArrayList<>();
    int start = 0;
    for (int end : ends) {
      if (end > until) {
        break;
      }
      groups.add(new TiedList.Group(end - start, hitsWithin(start, end), meanGain(start, end)));
      start = end;
    }
    return groups;
  }

  /** The mean over the hits of a group; 0 if there is none. */
  private double meanGain(int start, int end) {
    return Arrays.stream(gains, start, end).filter(gain -> gain > 0).average().orElse(0);
  }
}
