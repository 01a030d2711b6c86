package dev.elbo.random;

import java.util.Arrays;

/**
 * The randomness of one training pass: which inputs dropout keeps, the epsilon of the Gaussian
 * layer, and which outputs are computed where not all are. It is an argument of a pass, not a part
 * of an engine, so that two engines can be given the same draws and a gradient check can hold them
 * still.
 */
public interface Noise {

  /**
   * Bits of a counter's first word for the unit, in fours; above them there is room for the step.
   */
  int UNIT_BITS = 14;

  /** Stands where the position of a layer would, in the counter of what is drawn for outputs. */
  int OUTPUTS = Integer.MAX_VALUE;

  /**
   * No noise, as in scoring: dropout keeps everything and does not rescale; epsilon is 0, and what
   * is drawn from the unit interval its middle.
   */
  Noise NONE =
      new Noise() {
        @Override
        public boolean dropsNothing() {
          return true;
        }

        @Override
        public boolean keeps(int layer, int user, int column, double rate) {
          return true;
        }

        @Override
        public void epsilon(int layer, int user, int step, double[] epsilon) {
          Arrays.fill(epsilon, 0);
        }

        @Override
        public double uniform(int draw) {
          return 0.5;
        }
      };

  /**
   * The noise of one update, drawn from {@link Philox} with the seed as key and (column / 4, user,
   * update, layer) as counter; the step stands above the column's bits. The same arguments give the
   * same draws in any order, on any thread.
   *
   * @param seed the run's seed
   * @param update number of the update, from 0
   */
  static Noise of(long seed, long update) {
    return new Noise() {
      @Override
      public boolean keeps(int layer, int user, int column, double rate) {
        int[] block = new int[4];
        Philox.block(seed, column >>> 2, user, (int) update, layer, block);
        return Philox.uniform(block[column & 3]) >= rate;
      }

      @Override
      public void keeps(int layer, int user, double rate, boolean[] kept) {
        int[] block = new int[4];
        for (int unit = 0; unit < kept.length; unit++) {
          if ((unit & 3) == 0) {
            Philox.block(seed, unit >>> 2, user, (int) update, layer, block);
          }
          kept[unit] = Philox.uniform(block[unit & 3]) >= rate;
        }
      }

      @Override
      public void epsilon(int layer, int user, int step, double[] epsilon) {
        int[] block = new int[4];
        for (int k = 0; k < epsilon.length; k += 4) {
          Philox.block(seed, (step << UNIT_BITS) + (k >>> 2), user, (int) update, layer, block);
          Philox.normals(block[0], block[1], epsilon, k);
          if (k + 2 < epsilon.length) {
            Philox.normals(block[2], block[3], epsilon, k + 2);
          }
        }
      }

      @Override
      public double uniform(int draw) {
        int[] block = new int[4];
        Philox.block(seed, draw >>> 2, 0, (int) update, OUTPUTS, block);
        return Philox.uniform(block[draw & 3]);
      }
    };
  }

  /**
   * Noise for scores from a sample of {@code z} instead of its mean: no dropout, and an epsilon
   * that is the same each time. Its draws are none of training's.
   *
   * @param seed the run's seed
   */
  static Noise sampling(long seed) {
    return Noise.of(seed, -1).withoutDropout();
  }

  /**
   * The same noise with another epsilon: some ports draw it with a standard deviation other than 1.
   *
   * @param deviation standard deviation of epsilon
   */
  default Noise scaled(double deviation) {
    if (deviation == 1) {
      return this;
    }
    Noise standard = this;
    return new Noise() {
      @Override
      public boolean dropsNothing() {
        return standard.dropsNothing();
      }

      @Override
      public boolean keeps(int layer, int user, int column, double rate) {
        return standard.keeps(layer, user, column, rate);
      }

      @Override
      public void keeps(int layer, int user, double rate, boolean[] kept) {
        standard.keeps(layer, user, rate, kept);
      }

      @Override
      public void epsilon(int layer, int user, int step, double[] epsilon) {
        standard.epsilon(layer, user, step, epsilon);
        Arrays.setAll(epsilon, k -> deviation * epsilon[k]);
      }

      @Override
      public double uniform(int draw) {
        return standard.uniform(draw);
      }
    };
  }

  /** The same draws without dropout. */
  default Noise withoutDropout() {
    Noise whole = this;
    return new Noise() {
      @Override
      public boolean dropsNothing() {
        return true;
      }

      @Override
      public boolean keeps(int layer, int user, int column, double rate) {
        return true;
      }

      @Override
      public void epsilon(int layer, int user, int step, double[] epsilon) {
        whole.epsilon(layer, user, step, epsilon);
      }

      @Override
      public double uniform(int draw) {
        return whole.uniform(draw);
      }
    };
  }

  /** Whether dropout keeps everything and does not rescale, as in scoring. */
  default boolean dropsNothing() {
    return false;
  }

  /**
   * Whether dropout keeps a value.
   *
   * @param layer position of the dropout layer in the model
   * @param user row of the user in the whole matrix
   * @param column the item or unit
   * @param rate probability of dropping, in {@code [0, 1)}
   */
  boolean keeps(int layer, int user, int column, double rate);

  /**
   * Draws which of a dense layer's units dropout keeps, all together: a block of random bits is
   * enough for four of them. Among the few items that a user has, hardly two share a block.
   *
   * @param layer position of the dropout layer in the model
   * @param user row of the user in the whole matrix
   * @param rate probability of dropping, in {@code [0, 1)}
   * @param kept receives what {@link #keeps(int, int, int, double)} says of each unit, {@code
   *     [width]}. Modified.
   */
  default void keeps(int layer, int user, double rate, boolean[] kept) {
    for (int unit = 0; unit < kept.length; unit++) {
      kept[unit] = keeps(layer, user, unit, rate);
    }
  }

  /**
   * Draws a user's epsilon, standard normal.
   *
   * @param layer position of the Gaussian layer in the model
   * @param user row of the user in the whole matrix
   * @param epsilon receives the draws, {@code [K]}. Modified.
   */
  default void epsilon(int layer, int user, double[] epsilon) {
    epsilon(layer, user, 0, epsilon);
  }

  /**
   * Draws the epsilon of one of a user's steps, standard normal.
   *
   * @param layer position of the Gaussian layer in the model
   * @param user row of the user in the whole matrix
   * @param step which of the user's steps in time, from 0; 0 where there is no time
   * @param epsilon receives the draws, {@code [K]}. Modified.
   */
  void epsilon(int layer, int user, int step, double[] epsilon);

  /**
   * Draws a number between 0 and 1, both excluded: what outputs are sampled by.
   *
   * @param draw which one of the pass, from 0
   */
  double uniform(int draw);
}
