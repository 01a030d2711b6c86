// The whole of Mult-VAE ("Variational Autoencoders for Collaborative Filtering", Liang, Krishnan,
// Hoffman and Jebara, WWW 2018) in one file, without a library and without automatic
// differentiation: each gradient stands beside what it is the gradient of. On a JDK 25 or newer:
//
//   java tools/MultVae.java                  make up ratings, train, recommend
//   java tools/MultVae.java --ratings FILE   the same with yours, written as any of MovieLens' are
//   java tools/MultVae.java --verify FILE    compare with what two other programs computed, as in
//                                            reference-results/golden/mult-vae-small.safetensors
//
// A user is a row x of zeros and ones: which of I items they have rated. The model squeezes the row
// through K numbers z and must give it back. So few numbers cannot hold a list of items, but they
// can hold a taste. The items that a taste makes likely, and that x lacks, are the recommendations.
//
//   r = dropout(x / ||x||)                     [I]   at unit length, half of the entries hidden
//   a = q0(r), h = tanh(a)                     [H]   the encoder q(z|x)
//   e = q1(h) = (mu, lv)                      [2K]   mean and log-variance of z
//   z = mu + eps exp(lv / 2), eps ~ N(0, 1)    [K]   a draw from N(mu, exp(lv))
//   c = p0(z), g = tanh(c)                     [H]   the decoder p(x|z)
//   s = p1(g), p = softmax(s)                  [I]   p_i: how likely a rating is to be of item i
//
//   loss = mean over users of [ -sum_i x_i log p_i + beta KL(N(mu, exp(lv)) || N(0, 1)) ]
//
// q0, q1, p0 and p1 are linear. The first term wants the row back. The second pulls every z toward
// the same N(0, 1): what z says about a user must be worth its price. With beta = 1 the loss is the
// negative evidence lower bound; less ranks better.
//
// The code takes B users at a time: [I] above is [B, I] below, a row for each user b. dy is the
// derivative of the loss with respect to y, and has the shape of y. A backward function is given dy
// and finds dx by the chain rule: dx_i is the sum, over all y_j that x_i enters, of dy_j times the
// derivative of y_j with respect to x_i.

import static java.lang.Math.*;

final int HIDDEN = 100;
final int LATENT = 32;
final int EPOCHS = 40;
final RandomGenerator random = new SplittableRandom(1);

// ---- The layers, forward and backward ----------------------------------------------------------

final Map<String, double[][]> weights = new LinkedHashMap<>();   // by PyTorch's names
final Map<String, double[][]> gradients = new HashMap<>();       // by the same

void linear(String layer, int in, int out) {                     // y = x W^T + b
  // Xavier: between sqrt(3 / in), which would keep the variance of x, and sqrt(3 / out), of dy.
  double limit = sqrt(6.0 / (in + out));
  weights.put(layer + ".weight", fill(out, in, (_, _) -> random.nextDouble(-limit, limit)));
  weights.put(layer + ".bias", fill(1, out, (_, _) -> 0.001 * random.nextGaussian()));
}

double[][] linearForward(String layer, double[][] x) {
  double[][] W = weights.get(layer + ".weight"), b = weights.get(layer + ".bias");
  var y = times(x, transpose(W));                                // y_bo = sum_i x_bi W_oi
  for (double[] row : y) add(row, 1, b[0]);                      //        + b_o
  return y;
}

double[][] linearBackward(String layer, double[][] x, double[][] dy) {
  double[][] dW = times(transpose(dy), x);                       // dW_oi = sum_b dy_bo x_bi
  double[][] db = {sums(transpose(dy))};                         // db_o = sum_b dy_bo
  gradients.put(layer + ".weight", dW);
  gradients.put(layer + ".bias", db);
  return times(dy, weights.get(layer + ".weight"));              // dx_bi = sum_o dy_bo W_oi
}

double[][] normalise(double[][] x) {                             // of n ones, each is 1 / sqrt(n)
  double[] n = sums(x);
  return fill(x.length, x[0].length, (b, i) -> x[b][i] / sqrt(max(1, n[b])));
}

double[][] dropout(double[][] u, double[][] mask, double rate) { // the mean over masks is u
  return fill(u.length, u[0].length, (b, i) -> u[b][i] * mask[b][i] / (1 - rate));
}

// Neither needs a backward: no weights come before them.

double[][] tanhForward(double[][] a) {                           // h = tanh(a)
  return fill(a.length, a[0].length, (b, j) -> tanh(a[b][j]));
}

double[][] tanhBackward(double[][] h, double[][] dh) {           // dh/da = 1 - tanh(a)^2 = 1 - h^2
  return fill(h.length, h[0].length, (b, j) -> dh[b][j] * (1 - h[b][j] * h[b][j]));
}

/** Draws z as a function of mu, lv and noise, so that it has derivatives. Without noise, z = mu. */
double[][] gaussianForward(double[][] e, double[][] eps) {
  int K = eps[0].length;
  return fill(e.length, K, (b, k) -> e[b][k] + eps[b][k] * exp(e[b][K + k] / 2));
}

/**
 * KL(q || p) is the mean of log q(z) - log p(z) over z from q. For q = N(mu, exp(lv)), p = N(0, 1),
 * that of -lv/2 - (z - mu)^2 / (2 exp(lv)) + z^2 / 2. The mean of (z - mu)^2 is exp(lv), that of
 * z^2 is mu^2 + exp(lv): KL = -lv/2 - 1/2 + (mu^2 + exp(lv)) / 2, summed over K, mean over users.
 */
double kl(double[][] e) {
  int B = e.length, K = e[0].length / 2;
  return sum(fill(B, K, (b, k) -> {
    double mu = e[b][k], lv = e[b][K + k];
    return (mu * mu + exp(lv) - 1 - lv) / 2;
  })) / B;
}

/** mu and lv enter both z and KL; what comes back from the two adds up. */
double[][] gaussianBackward(double[][] e, double[][] eps, double[][] dz, double beta) {
  int B = e.length, K = eps[0].length;
  var de = new double[B][2 * K];
  for (int b = 0; b < B; b++)
    for (int k = 0; k < K; k++) {
      double mu = e[b][k], lv = e[b][K + k];
      de[b][k] = dz[b][k]                                        // dz/dmu = 1
          + beta / B * mu;                                       // dKL/dmu = mu
      de[b][K + k] = dz[b][k] * eps[b][k] * exp(lv / 2) / 2      // dz/dlv = eps exp(lv / 2) / 2
          + beta / B * (exp(lv) - 1) / 2;                        // dKL/dlv = (exp(lv) - 1) / 2
    }
  return de;
}

/** log p_i = s_i - log sum_j exp(s_j). The largest s is taken out, lest exp overflow. */
double[][] logSoftmax(double[][] s) {
  double[] max = Stream.of(s).mapToDouble(s_b -> largest(s_b)).toArray();
  double[] sum = sums(fill(s.length, s[0].length, (b, j) -> exp(s[b][j] - max[b])));
  return fill(s.length, s[0].length, (b, i) -> s[b][i] - max[b] - log(sum[b]));
}

/** -sum_i x_i log p_i, the mean over users: a user's ratings are independent draws from p. */
double multinomialForward(double[][] logP, double[][] x) {
  return -sum(fill(x.length, x[0].length, (b, i) -> x[b][i] * logP[b][i])) / x.length;
}

/**
 * The derivative of log p_i with respect to s_j is [i = j] - exp(s_j) / sum exp(s) = [i = j] - p_j.
 * So for a user with n items, ds_j = -sum_i x_i ([i = j] - p_j) = n p_j - x_j.
 */
double[][] multinomialBackward(double[][] logP, double[][] x) {
  double[] n = sums(x);
  return fill(x.length, x[0].length, (b, j) -> (n[b] * exp(logP[b][j]) - x[b][j]) / x.length);
}

// ---- The model: its layers in turn, then in reverse --------------------------------------------

void network(int I, int H, int K) {
  weights.clear();
  linear("q_layers.0", I, H);
  linear("q_layers.1", H, 2 * K);
  linear("p_layers.0", K, H);
  linear("p_layers.1", H, I);
}

/** The loss for rows x [B, I], read as r, with noise eps [B, K]; its gradients are in gradients. */
double loss(double[][] x, double[][] r, double[][] eps, double beta) {
  var a = linearForward("q_layers.0", r);                        // [B, H]
  var h = tanhForward(a);                                        // [B, H]
  var e = linearForward("q_layers.1", h);                        // [B, 2K]
  var z = gaussianForward(e, eps);                               // [B, K]
  var c = linearForward("p_layers.0", z);                        // [B, H]
  var g = tanhForward(c);                                        // [B, H]
  var s = linearForward("p_layers.1", g);                        // [B, I]
  var logP = logSoftmax(s);                                      // [B, I]

  var ds = multinomialBackward(logP, x);
  var dg = linearBackward("p_layers.1", g, ds);
  var dc = tanhBackward(g, dg);
  var dz = linearBackward("p_layers.0", z, dc);
  var de = gaussianBackward(e, eps, dz, beta);
  var dh = linearBackward("q_layers.1", h, de);
  var da = tanhBackward(h, dh);
  linearBackward("q_layers.0", r, da);
  return multinomialForward(logP, x) + beta * kl(e);
}

double[][] scores(double[][] x) {                                // nothing is hidden, and z is mu
  var h = tanhForward(linearForward("q_layers.0", normalise(x)));
  var e = linearForward("q_layers.1", h);
  var z = gaussianForward(e, new double[x.length][e[0].length / 2]);
  return linearForward("p_layers.1", tanhForward(linearForward("p_layers.0", z)));
}

final Map<String, double[][]> means = new HashMap<>();           // of gradients
final Map<String, double[][]> squares = new HashMap<>();         // means of their squares

void adam(int t, double epsilon) {                   // update t = 1, 2, ... (Kingma and Ba 2015)
  double b1 = 0.9, b2 = 0.999;                       // m and v begin at 0: too small by factors
  double rate = 0.001 * sqrt(1 - pow(b2, t)) / (1 - pow(b1, t));   // 1 - b1^t and 1 - b2^t
  weights.forEach((name, w) -> {
    var dw = gradients.get(name);
    var m = means.computeIfAbsent(name, _ -> new double[w.length][w[0].length]);
    var v = squares.computeIfAbsent(name, _ -> new double[w.length][w[0].length]);
    for (int o = 0; o < w.length; o++)
      for (int i = 0; i < w[o].length; i++) {
        m[o][i] += (1 - b1) * (dw[o][i] - m[o][i]);
        v[o][i] += (1 - b2) * (dw[o][i] * dw[o][i] - v[o][i]);
        w[o][i] -= rate * m[o][i] / (sqrt(v[o][i]) + epsilon);     // by 0.001 while dw is the same
      }
  });
}

// ---- Are the gradients right? ------------------------------------------------------------------

boolean wrong;

/** Holds each to the central difference (loss(w + step) - loss(w - step)) / (2 step). */
void check() {
  network(11, 5, 3);
  var x = fill(4, 11, (b, i) -> b > 0 && i % b == 0 ? 1 : 0);    // nothing, everything, some, some
  var r = dropout(normalise(x), coins(4, 11), 0.5);
  var eps = normal(4, 3);                // drawn once: a loss with other noise is another function
  double beta = 0.2, step = 1e-5;
  loss(x, r, eps, beta);
  var found = Map.copyOf(gradients);                             // before another loss is computed
  weights.forEach((name, w) ->
      compare("gradient of " + name, found.get(name), fill(w.length, w[0].length, (o, i) -> {
        double value = w[o][i];
        w[o][i] = value + step;
        double above = loss(x, r, eps, beta);
        w[o][i] = value - step;
        double below = loss(x, r, eps, beta);
        w[o][i] = value;
        return (above - below) / (2 * step);
      }), 1e-7));
}

/** Whether all values are right to within a share of the largest, which NaN is not. */
void compare(String what, double[][] ours, double[][] right, double tolerance) {
  double error = 0, largest = 0;
  for (int r = 0; r < right.length; r++)
    for (int c = 0; c < right[r].length; c++) {
      error = max(error, abs(ours[r][c] - right[r][c]));
      largest = max(largest, abs(right[r][c]));
    }
  boolean close = error <= tolerance * largest;
  IO.println("%-42s off by %.1e%s".formatted(what, error / largest, close ? "" : ": WRONG"));
  wrong |= !close;
}

// ---- Training and evaluation -------------------------------------------------------------------

void train(List<List<String>> users) {
  int updates = EPOCHS * ((users.size() + 99) / 100), t = 0;
  for (int epoch = 1; epoch <= EPOCHS; epoch++) {
    double sum = 0, beta = 0;
    Collections.shuffle(users, random);
    for (var batch : users.stream().gather(Gatherers.windowFixed(100)).toList()) {
      var x = rows(batch);
      var r = dropout(normalise(x), coins(x.length, x[0].length), 0.5);
      var eps = normal(x.length, LATENT);
      beta = min(0.2, 0.2 * t++ / (0.8 * updates));              // KL annealing: at first z is free
      sum += x.length * loss(x, r, eps, beta);
      adam(t, 1e-8);
    }
    IO.println("epoch %2d  beta %.3f  loss %.3f".formatted(epoch, beta, sum / users.size()));
  }
}

/** The k items with the highest scores, best first, without those that the user has. */
List<Integer> best(double[] scores, double[] x, int k) {
  return IntStream.range(0, x.length).filter(i -> x[i] == 0).boxed()
      .sorted(Comparator.comparing(i -> -scores[i])).limit(k).toList();
}

/** A hit in place n gains 1 / log(n + 1): of the most that a user's items can, mean over users. */
double ndcg(double[][] scores, double[][] x, double[][] heldOut, int k) {
  double[] hits = sums(heldOut);
  return IntStream.range(0, x.length).filter(b -> hits[b] > 0).mapToDouble(b -> {
    double gain = 0, ideal = 0;
    int n = 0;
    for (int i : best(scores[b], x[b], k)) {
      if (++n <= hits[b]) ideal += 1 / log(n + 1);
      gain += heldOut[b][i] / log(n + 1);
    }
    return gain / ideal;
  }).average().orElse(0);
}

// ---- Data --------------------------------------------------------------------------------------

/** Each user's items, from lines of user, item and perhaps a rating, which must be 4 or more. */
Stream<Set<String>> read(Path file) throws IOException {
  var users = new LinkedHashMap<String, Set<String>>();
  for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
    if (users.isEmpty() && line.matches("\\D*")) continue;       // a header
    String[] field = line.split("::|\t|,");
    if (field.length < 2 || field.length > 2 && !field[2].matches("\\d+(\\.\\d*)?"))
      fail(file + ": expected user, item, rating between '::', tabs or commas, found: " + line);
    if (field.length == 2 || Double.parseDouble(field[2]) >= 4)
      users.computeIfAbsent(field[0], _ -> new LinkedHashSet<>()).add(field[1]);
  }
  return users.values().stream();
}

/** 3,000 users, each of whom likes 3 of 25 kinds of items, and seldom rates one of another. */
Stream<List<String>> makeUp() {
  double[] appeal = random.doubles(500).toArray();
  return Stream.generate(() -> random.ints(3, 0, 25).boxed().toList()).limit(3000)
      .map(liked -> IntStream.range(0, 500)
          .filter(i -> random.nextDouble() < appeal[i] * (liked.contains(i % 25) ? 0.8 : 0.05))
          .mapToObj(i -> "" + i).toList());
}

final Map<String, Integer> column = new LinkedHashMap<>();       // of each item that is trained on

double[][] rows(List<List<String>> users) {
  var x = new double[users.size()][column.size()];
  for (int b = 0; b < x.length; b++)
    for (String id : users.get(b)) if (column.containsKey(id)) x[b][column.get(id)] = 1;
  return x;
}

/** Keeps a tenth of the users from training, and of each a fifth of the items to find again. */
void run(Stream<? extends Collection<String>> ratings) {
  var users = new ArrayList<List<String>>();
  ratings.filter(items -> items.size() >= 5).forEach(items -> users.add(new ArrayList<>(items)));
  if (users.size() < 10) fail("expected 10 users with 5 items or more, found " + users.size());
  for (var items : users) Collections.shuffle(items, random);
  Collections.shuffle(users, random);
  var test = users.subList(0, users.size() / 10);
  var others = users.subList(users.size() / 10, users.size());
  for (var items : others) for (String id : items) column.putIfAbsent(id, column.size());
  network(column.size(), HIDDEN, LATENT);
  train(others);

  var x = rows(test.stream().map(items -> items.subList(items.size() / 5, items.size())).toList());
  var heldOut = rows(test.stream().map(items -> items.subList(0, items.size() / 5)).toList());
  var popularity = new double[column.size()];
  for (var items : others) for (String id : items) popularity[column.get(id)]++;
  var alike = fill(x.length, popularity.length, (_, i) -> popularity[i]);
  var scores = scores(x);
  IO.println("NDCG@100 on the test users: %.4f by popularity, %.4f by Mult-VAE"
      .formatted(ndcg(alike, x, heldOut, 100), ndcg(scores, x, heldOut, 100)));
  var ids = List.copyOf(column.keySet());
  IO.println("The first has rated: " + String.join(" ", test.getFirst()));
  IO.println("Ten recommendations: " + best(scores[0], x[0], 10).stream().map(ids::get)
      .collect(Collectors.joining(" ")));
}

// ---- Are all numbers right? --------------------------------------------------------------------

/** Computes a golden case from its inputs, noise and weights, and compares what comes out. */
void verify(Map<String, double[][]> golden) {
  double[][] mask = golden.get("mask"), eps = golden.get("epsilon");
  double[][] x = dense(golden, "input", mask), heldOut = dense(golden, "held_out", mask);
  double[][] r = dropout(normalise(x), mask, golden.get("dropout")[0][0]);
  double beta = golden.get("beta")[0][0], epsilon = golden.get("adam.epsilon")[0][0];
  network(x[0].length, golden.get("p_layers.0.weight").length, eps[0].length);
  weights.replaceAll((name, _) -> golden.get(name));
  same(golden, "scores", scores(x));
  same(golden, "ndcg@5", new double[][] {{ndcg(scores(x), x, heldOut, 5)}});
  for (int t = 1; t <= 10; t++) {
    double loss = loss(x, r, eps, beta);
    adam(t, epsilon);
    if (t == 1) same(golden, "loss", new double[][] {{loss}});
    String updated = "updated.tensorflow." + t + ".";            // after the first and the tenth
    for (String name : weights.keySet())
      if (t == 1) same(golden, "gradient." + name, gradients.get(name));
    for (String name : weights.keySet())
      if (t == 1 || t == 10) same(golden, updated + name, weights.get(name));
  }
}

void same(Map<String, double[][]> golden, String name, double[][] ours) {
  compare(name, ours, golden.get(name), 1e-9);
}

/** Row b has a 1 in the columns indices[indptr[b]] to indices[indptr[b + 1] - 1]. */
double[][] dense(Map<String, double[][]> golden, String name, double[][] shape) {
  double[] indptr = golden.get(name + ".indptr")[0], indices = golden.get(name + ".indices")[0];
  var x = new double[shape.length][shape[0].length];
  for (int b = 0; b < x.length; b++)
    for (int n = (int) indptr[b]; n < indptr[b + 1]; n++) x[b][(int) indices[n]] = 1;
  return x;
}

/** The format: the length of a header in 8 bytes, the header in JSON, the values of all tensors. */
Map<String, double[][]> safetensors(Path file) throws IOException {
  var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
  var tensors = new HashMap<String, double[][]>();
  Pattern.compile("\"([^\"]+)\":\\{\"dtype\":\"(.)64\",\"shape\":\\[(\\d+,)?.*?\\[(\\d+),(\\d+)]")
      .matcher(new String(bytes.array(), StandardCharsets.ISO_8859_1)).results().forEach(m -> {
        int from = Integer.parseInt(m.group(4)), size = (Integer.parseInt(m.group(5)) - from) / 8;
        int rows = m.group(3) == null ? 1 : Integer.parseInt(m.group(3).replace(",", ""));
        tensors.put(m.group(1), fill(rows, size / rows, (r, c) -> {
          int at = 8 + (int) bytes.getLong(0) + from + 8 * (r * (size / rows) + c);
          return m.group(2).equals("F") ? bytes.getDouble(at) : bytes.getLong(at);
        }));
      });
  if (!tensors.containsKey("epsilon") || tensors.containsKey("q_layers.2.weight")
      || tensors.get("weight_decay")[0][0] != 0)
    fail(file + " is no golden case of Mult-VAE with one hidden layer and no weight decay");
  return tensors;
}

// ---- Matrices ----------------------------------------------------------------------------------

interface Entry { double at(int row, int column); }

double[][] fill(int rows, int columns, Entry entry) {
  var y = new double[rows][columns];
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c++) y[r][c] = entry.at(r, c);
  return y;
}

double[][] coins(int rows, int columns) { return fill(rows, columns, (_, _) -> random.nextInt(2)); }

double[][] normal(int rows, int columns) {
  return fill(rows, columns, (_, _) -> random.nextGaussian());
}

/** Row r of the product is sum_k x_rk y_k. Cores share the rows; most of a user's x_rk are 0. */
double[][] times(double[][] x, double[][] y) {
  var product = new double[x.length][y[0].length];
  IntStream.range(0, x.length).parallel().forEach(r -> {
    for (int k = 0; k < y.length; k++) if (x[r][k] != 0) add(product[r], x[r][k], y[k]);
  });
  return product;
}

double[][] transpose(double[][] x) { return fill(x[0].length, x.length, (r, c) -> x[c][r]); }
void add(double[] y, double a, double[] x) { for (int i = 0; i < y.length; i++) y[i] += a * x[i]; }
double largest(double[] x) { return DoubleStream.of(x).max().getAsDouble(); }
double sum(double[][] x) { return DoubleStream.of(sums(x)).sum(); }

double[] sums(double[][] x) {
  return Stream.of(x).mapToDouble(row -> DoubleStream.of(row).sum()).toArray();
}

// ---- The program -------------------------------------------------------------------------------

void main(String[] args) throws IOException {
  if (args.length != 0 && (args.length != 2 || !args[0].matches("--ratings|--verify")))
    fail("expected nothing, --ratings FILE or --verify FILE");
  Path file = args.length == 0 ? null : Path.of(args[1]);
  if (file != null && !Files.isRegularFile(file)) fail("there is no file " + file);
  boolean verify = file != null && args[0].equals("--verify");
  if (verify) verify(safetensors(file));
  else check();
  if (wrong) System.exit(1);
  if (!verify) run(file == null ? makeUp() : read(file));
}

void fail(String message) {
  System.err.println("MultVae: " + message);
  System.exit(2);
}
