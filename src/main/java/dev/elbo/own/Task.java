package dev.elbo.own;

import java.util.List;

/**
 * What there is to write: a layer, a loss or an update each, in plain arrays.
 *
 * <p>{@code B} is the number of users in a batch. {@code x [B, in]} is an array of {@code B} rows
 * of length {@code in}; in {@code x [B][n_b]} each row is as long as its user has items. The
 * gradient of the loss with respect to {@code y} is {@code dy}, of {@code y}'s shape. What is given
 * may be modified; it is a copy.
 *
 * <p>A class that implements one of these needs a constructor without parameters. What it is to
 * return is given by its arguments alone; it is called from one thread at a time.
 */
public final class Task {

  private Task() {}

  /** {@code y = tanh(x)}, value by value. */
  public interface Tanh {
    /** From {@code x [B, H]} to {@code y [B, H]}. */
    double[][] forward(double[][] x);

    /** From {@code y} and {@code dy} to {@code dx [B, H]}. */
    double[][] backward(double[][] y, double[][] dy);
  }

  /** {@code y = low + (high - low) / (1 + exp(-x))}, value by value. */
  public interface Sigmoid {
    /** From {@code x [B, H]} to {@code y [B, H]}. */
    double[][] forward(double[][] x, double low, double high);

    /** From {@code y} and {@code dy} to {@code dx [B, H]}. */
    double[][] backward(double[][] y, double low, double high, double[][] dy);
  }

  /** {@code y = x / (1 + exp(-x))}, value by value. */
  public interface Swish {
    /** From {@code x [B, H]} to {@code y [B, H]}. */
    double[][] forward(double[][] x);

    /** From {@code x} and {@code dy} to {@code dx [B, H]}. */
    double[][] backward(double[][] x, double[][] dy);
  }

  /** {@code L = -1/B sum_b sum_(i in items of b) log softmax(s_b)_i}. */
  public interface MultinomialLoss {
    /**
     * The loss.
     *
     * @param s logits, {@code [B, I]}
     * @param items which items each user has: {@code [B][n_b]} numbers from 0 to {@code I - 1}
     */
    double forward(double[][] s, int[][] items);

    /** From {@code s} and {@code items} to {@code ds [B, I]}. */
    double[][] backward(double[][] s, int[][] items);
  }

  /** {@code L = 1/B sum_b sum_n (y_bn - r_bn)^2}, over the ratings that are known. */
  public interface SquaredError {
    /**
     * The loss.
     *
     * @param y what is predicted for them, {@code [B][n_b]}
     * @param r the known ratings of each user, {@code [B][n_b]}
     */
    double forward(double[][] y, double[][] r);

    /** From {@code y} and {@code r} to {@code dy [B][n_b]}. */
    double[][] backward(double[][] y, double[][] r);
  }

  /** {@code y_bo = b_o + sum_i x_bi W_oi}. */
  public interface Linear {
    /** From {@code x [B, in]}, {@code W [out, in]} and {@code b [out]} to {@code y [B, out]}. */
    double[][] forward(double[][] x, double[][] W, double[] b);

    /**
     * Computes the three gradients.
     *
     * @param dy {@code [B, out]}
     * @param dW {@code [out, in]}, to be overwritten: it holds the gradient of the batch before
     * @param db {@code [out]}, to be overwritten likewise
     * @return {@code dx [B, in]}
     */
    double[][] backward(double[][] x, double[][] W, double[][] dy, double[][] dW, double[] db);
  }

  /** The same of an {@code x [B, I]} that is 0 but for the items that a user has. */
  public interface SparseLinear {
    /**
     * From {@code x} to {@code y [B, out]}.
     *
     * @param items which items each user has: {@code [B][n_b]} numbers from 0 to {@code I - 1}
     * @param x a value for each of them, {@code [B][n_b]}
     * @param W {@code [out, I]}
     * @param b {@code [out]}
     */
    double[][] forward(int[][] items, double[][] x, double[][] W, double[] b);

    /**
     * Computes the three gradients.
     *
     * @param dy {@code [B, out]}
     * @param dW {@code [out, I]}, to be overwritten: it holds the gradient of the batch before
     * @param db {@code [out]}, to be overwritten likewise
     * @return {@code dx [B][n_b]}, at the items that a user has
     */
    double[][] backward(
        int[][] items, double[][] x, double[][] W, double[][] dy, double[][] dW, double[] db);
  }

  /** {@code y = x / ||x||}, row by row; a row without items stays one. */
  public interface L2Normalize {
    /** From {@code x [B][n_b]} to {@code y [B][n_b]}. */
    double[][] forward(double[][] x);

    /** From {@code x} and {@code dy} to {@code dx [B][n_b]}. */
    double[][] backward(double[][] x, double[][] dy);
  }

  /** {@code y = x / (1 + n)}, row by row, with {@code n} the number of values that are not 0. */
  public interface CountNormalize {
    /** From {@code x [B][n_b]} to {@code y [B][n_b]}. */
    double[][] forward(double[][] x);

    /** From {@code x} and {@code dy} to {@code dx [B][n_b]}. */
    double[][] backward(double[][] x, double[][] dy);
  }

  /** {@code y = mask x / (1 - rate)}. In scoring, where nothing is dropped, it is not called. */
  public interface Dropout {
    /**
     * From {@code x [B][n_b]} to {@code y [B][n_b]}.
     *
     * @param mask 1 for what is kept and 0 for what is dropped, {@code [B][n_b]}
     * @param rate the probability of 0
     */
    double[][] forward(double[][] x, double[][] mask, double rate);

    /** From {@code mask}, {@code rate} and {@code dy} to {@code dx [B][n_b]}. */
    double[][] backward(double[][] mask, double rate, double[][] dy);
  }

  /** A draw of {@code N(mu, exp(lv))}, and its divergence from {@code N(0, 1)}. */
  public interface Gaussian {
    /**
     * The draw, {@code z [B, K]}.
     *
     * @param mu means, {@code [B, K]}
     * @param lv logarithms of the variances, {@code [B, K]}
     * @param eps draws from {@code N(0, 1)}, {@code [B, K]}; all 0 in scoring
     */
    double[][] forward(double[][] mu, double[][] lv, double[][] eps);

    /** {@code KL(N(mu, exp(lv)) || N(0, 1))} of each user, {@code [B]}: the sum over K. */
    double[] divergence(double[][] mu, double[][] lv);

    /**
     * The gradients of a loss that has {@code z} in it, and {@code weight} times the sum of all
     * users' divergences besides.
     *
     * @param dz the gradient with respect to {@code z}, {@code [B, K]}
     * @param weight {@code beta / B}
     * @param dmu {@code [B, K]}, to be overwritten
     * @param dlv {@code [B, K]}, to be overwritten
     */
    void backward(
        double[][] mu,
        double[][] lv,
        double[][] eps,
        double[][] dz,
        double weight,
        double[][] dmu,
        double[][] dlv);
  }

  /** {@code lambda sum W^2} over the weights, not the biases. */
  public interface WeightDecay {
    /** The term of the loss. */
    double forward(double lambda, List<double[][]> weights, List<double[]> biases);

    /**
     * Adds its gradient to what the rest of the loss has put there.
     *
     * @param dWeights one array for each of the weights. Modified.
     * @param dBiases one array for each of the biases. May be modified.
     */
    void backward(
        double lambda,
        List<double[][]> weights,
        List<double[]> biases,
        List<double[][]> dWeights,
        List<double[]> dBiases);
  }

  /** One update of a tensor by Adam. */
  public interface Adam {
    /**
     * Changes {@code W}, {@code m} and {@code v}.
     *
     * @param t number of the update, from 1
     * @param rate the learning rate
     * @param b1 the decay of the first moment
     * @param b2 the decay of the second moment
     * @param epsilon what is added to the root of the second moment
     * @param dW the gradient, {@code [out, in]}
     * @param W the tensor, {@code [out, in]}. Modified.
     * @param m the first moment, {@code [out, in]}, 0 at first. Modified.
     * @param v the second moment, {@code [out, in]}, 0 at first. Modified.
     */
    void update(
        int t,
        double rate,
        double b1,
        double b2,
        double epsilon,
        double[][] dW,
        double[][] W,
        double[][] m,
        double[][] v);
  }

  /** {@code y = g (x - mean(x)) / sqrt(var(x) + eps) + b}, row by row. */
  public interface LayerNorm {
    /** From {@code x [B, H]}, {@code g [H]} and {@code b [H]} to {@code y [B, H]}. */
    double[][] forward(double[][] x, double[] g, double[] b, double eps);

    /**
     * Computes the three gradients.
     *
     * @param dy {@code [B, H]}
     * @param dg {@code [H]}, to be overwritten: it holds the gradient of the batch before
     * @param db {@code [H]}, to be overwritten likewise
     * @return {@code dx [B, H]}
     */
    double[][] backward(
        double[][] x, double[] g, double[] b, double eps, double[][] dy, double[] dg, double[] db);
  }

  /** A gated recurrent unit over the {@code T} steps of one user, from a state of zeros. */
  public interface Gru {
    /**
     * From {@code x [T, in]} to the state after each step, {@code y [T, H]}.
     *
     * @param Wi {@code [3H, in]}: rows of reset, update and new
     * @param Wh {@code [3H, H]}, likewise
     * @param bi {@code [3H]}
     * @param bh {@code [3H]}
     */
    double[][] forward(double[][] x, double[][] Wi, double[][] Wh, double[] bi, double[] bh);

    /**
     * Computes {@code dx}, and adds to the other gradients what this user contributes.
     *
     * @param dy gradient with respect to the states, as the layer above has it, {@code [T, H]}
     * @param dWi {@code [3H, in]}. Modified.
     * @param dWh {@code [3H, H]}. Modified.
     * @param dbi {@code [3H]}. Modified.
     * @param dbh {@code [3H]}. Modified.
     * @return {@code dx [T, in]}
     */
    double[][] backward(
        double[][] x,
        double[][] Wi,
        double[][] Wh,
        double[] bi,
        double[] bh,
        double[][] dy,
        double[][] dWi,
        double[][] dWh,
        double[] dbi,
        double[] dbh);
  }

  /** All of them, in the order of the lessons. */
  public static List<Class<?>> all() {
    return List.of(
        Tanh.class,
        MultinomialLoss.class,
        Linear.class,
        SparseLinear.class,
        L2Normalize.class,
        Dropout.class,
        Gaussian.class,
        WeightDecay.class,
        Adam.class,
        Gru.class,
        Sigmoid.class,
        SquaredError.class,
        CountNormalize.class,
        Swish.class,
        LayerNorm.class);
  }
}
