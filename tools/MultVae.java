// The whole of Mult-VAE: "Variational Autoencoders for Collaborative Filtering" by Liang, Krishnan,
// Hoffman and Jebara (WWW 2018), with no library and no automatic differentiation. Each gradient
// stands beside what it is the gradient of. On a JDK 25 or newer:
//
//   java tools/MultVae.java                              make up ratings, train, recommend
//   java tools/MultVae.java FILE [HIDDEN LATENT EPOCHS]  the same with your ratings (100 32 40)
//   java tools/MultVae.java --check                      hold the gradients to central differences
//   java tools/MultVae.java --verify FILE                hold every number to a golden case, such
//                                      as reference-results/golden/mult-vae-small.safetensors
//
// A user is a row x of zeros and ones: which of I items they have rated. The model squeezes the row
// through K numbers z and is asked to give it back. So few numbers hold no list of items, but they
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
//          + lambda ||W||^2
//
// q0, q1, p0 and p1 are linear: y = x W + b. The first term of the loss wants the row back. The
// second draws every z toward the same N(0, 1), so that what z says about a user must be worth its
// price; with beta = 1 the two estimate the negative evidence lower bound, and the authors rank
// better with less. lambda is 0 unless a golden case has another.
//
// The code takes B users at a time: [I] above is [B, I] below, a row for each user b. dy is the
// derivative of the loss with respect to y, and has y's shape. A backward function is given dy and
// finds dx by the chain rule: dx_i is the sum, over all y_j in which x_i has a part, of dy_j times
// the derivative of y_j with respect to x_i.
//
// The layers, the model and the check of its gradients come first; the rest is training, data and
// the comparison with golden cases.

import static java.lang.Math.*;

final RandomGenerator random = new SplittableRandom(1);

// ---- The layers, forward and backward ----------------------------------------------------------

class Linear {
  final String name;
  final int in, out;
  double[][] W;              // [in + 1, out]: the last row is b, the weights of an input of 1
  final double[][] dW, m, v; // its gradient, and Adam's two moments

  Linear(String name, int in, int out) {
    this.name = name;
    this.in = in;
    this.out = out;
    dW = new double[in + 1][out];
    m = new double[in + 1][out];
    v = new double[in + 1][out];
    // Xavier: between sqrt(3 / in), which would keep the variance of x, and sqrt(3 / out), of dy.
    double limit = sqrt(6.0 / (in + out));
    W = fill(in + 1, out, (_, _) -> random.nextDouble(-limit, limit));
    W[in] = Stream.generate(random::nextGaussian).filter(n -> abs(n) < 2).limit(out)
        .mapToDouble(n -> 0.001 * n).toArray();
  }

  double[][] forward(double[][] x) {
    var y = new double[x.length][];
    parallel(x.length, b -> {                                    // y_bo = b_o + sum_i x_bi W_io
      y[b] = W[in].clone();
      for (int i = 0; i < in; i++) add(y[b], x[b][i], W[i]);
    });
    return y;
  }

  double[][] backward(double[][] dy) {                           // x_bi is in every y_bo of user b:
    var dx = new double[dy.length][in];
    parallel(in, i -> {                                          // dx_bi = sum_o dy_bo W_io
      for (int b = 0; b < dy.length; b++) dx[b][i] = dot(dy[b], W[i]);
    });
    return dx;
  }

  void gradient(double[][] x, double[][] dy, double lambda) {    // W_io is in y_bo of every user b,
    parallel(in + 1, i -> {                                      // and in lambda W_io^2:
      Arrays.setAll(dW[i], o -> i < in ? 2 * lambda * W[i][o] : 0);
      for (int b = 0; b < x.length; b++)                         // dW_io = 2 lambda W_io
        add(dW[i], i < in ? x[b][i] : 1, dy[b]);                 //         + sum_b x_bi dy_bo
    });
  }

  void adam(int t, double epsilon) {                   // update t = 1, 2, ... (Kingma and Ba 2015)
    double b1 = 0.9, b2 = 0.999;                       // m and v begin at 0: too small by factors
    double rate = 0.001 * sqrt(1 - pow(b2, t)) / (1 - pow(b1, t));  // 1 - b1^t and 1 - b2^t
    parallel(in + 1, i -> {
      for (int o = 0; o < out; o++) {
        double g = dW[i][o];
        m[i][o] = b1 * m[i][o] + (1 - b1) * g;         // a running mean of the gradient,
        v[i][o] = b2 * v[i][o] + (1 - b2) * g * g;     // and of its square: while g stays the same,
        W[i][o] -= rate * m[i][o] / (sqrt(v[i][o]) + epsilon);  // W moves by 0.001, whatever g is
      }
    });
  }
}

/** x / ||x||: of n ones, each becomes 1 / sqrt(n). A row of zeros stays one. */
double[][] normalise(int[][] items, int width) {
  var u = new double[items.length][width];
  for (int b = 0; b < items.length; b++)
    for (int i : items[b]) u[b][i] = 1 / sqrt(items[b].length);
  return u;
}

/** Hides what the mask has 0 for, and scales up the rest: the mean over masks is u. */
double[][] dropout(double[][] u, double[][] mask, double rate) {
  return fill(u.length, u[0].length, (b, i) -> u[b][i] * mask[b][i] / (1 - rate));
}

// Normalising and dropout need no backward: no weights come before them.

double[][] tanhForward(double[][] a) {                           // h = tanh(a)
  return fill(a.length, a[0].length, (b, j) -> tanh(a[b][j]));
}

double[][] tanhBackward(double[][] h, double[][] dh) {           // dh/da = 1 - tanh(a)^2 = 1 - h^2
  return fill(h.length, h[0].length, (b, j) -> dh[b][j] * (1 - h[b][j] * h[b][j]));
}

/** z as a function of mu, lv and noise, so that it has derivatives. Without noise, it is mu. */
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
  int K = e[0].length / 2;
  double sum = 0;
  for (double[] row : e)
    for (int k = 0; k < K; k++) sum += (row[k] * row[k] + exp(row[K + k]) - 1 - row[K + k]) / 2;
  return sum / e.length;
}

/** mu and lv have a part both in z and in KL; what comes back from the two adds up. */
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
  var logP = new double[s.length][];
  for (int b = 0; b < s.length; b++) {
    double max = DoubleStream.of(s[b]).max().getAsDouble();
    double logSum = max + log(DoubleStream.of(s[b]).map(si -> exp(si - max)).sum());
    logP[b] = DoubleStream.of(s[b]).map(si -> si - logSum).toArray();
  }
  return logP;
}

/** -sum_i x_i log p_i, the mean over users: a user's ratings are independent draws from p. */
double multinomialForward(double[][] logP, int[][] items) {
  double sum = 0;
  for (int b = 0; b < items.length; b++)
    for (int i : items[b]) sum -= logP[b][i];
  return sum / items.length;
}

/**
 * The derivative of log p_i with respect to s_j is [i = j] - exp(s_j) / sum exp(s) = [i = j] - p_j.
 * So for a user with n items, ds_j = -sum_i x_i ([i = j] - p_j) = n p_j - x_j.
 */
double[][] multinomialBackward(double[][] logP, int[][] items) {
  int B = items.length;
  var ds = fill(B, logP[0].length, (b, j) -> items[b].length * exp(logP[b][j]) / B);
  for (int b = 0; b < B; b++)
    for (int j : items[b]) ds[b][j] -= 1.0 / B;
  return ds;
}

// ---- The model: its layers in turn, then in reverse --------------------------------------------

class Network {
  final int I, K;
  final Linear q0, q1, p0, p1;
  final List<Linear> linears;
  double lambda = 0, epsilon = 1e-8;
  double[][] r, a, h, e, eps, z, c, g, s, logP; // of the last pass

  Network(int I, int H, int K) {
    this.I = I;
    this.K = K;
    q0 = new Linear("q_layers.0", I, H);
    q1 = new Linear("q_layers.1", H, 2 * K);
    p0 = new Linear("p_layers.0", K, H);
    p1 = new Linear("p_layers.1", H, I);
    linears = List.of(q0, q1, p0, p1);
  }

  double[][] forward(double[][] r, double[][] eps) {
    this.r = r;                                                  // [B, I]
    this.eps = eps;                                              // [B, K]
    a = q0.forward(r);                                           // [B, H]
    h = tanhForward(a);                                          // [B, H]
    e = q1.forward(h);                                           // [B, 2K]
    z = gaussianForward(e, eps);                                 // [B, K]
    c = p0.forward(z);                                           // [B, H]
    g = tanhForward(c);                                          // [B, H]
    s = p1.forward(g);                                           // [B, I]
    return s;
  }

  double loss(int[][] items, double[][] r, double[][] eps, double beta) {
    logP = logSoftmax(forward(r, eps));
    return multinomialForward(logP, items) + beta * kl(e) + decay();
  }

  void backward(int[][] items, double beta) {
    var ds = multinomialBackward(logP, items);
    p1.gradient(g, ds, lambda);
    var dg = p1.backward(ds);
    var dc = tanhBackward(g, dg);
    p0.gradient(z, dc, lambda);
    var dz = p0.backward(dc);
    var de = gaussianBackward(e, eps, dz, beta);
    q1.gradient(h, de, lambda);
    var dh = q1.backward(de);
    var da = tanhBackward(h, dh);
    q0.gradient(r, da, lambda);
  }

  double decay() { // lambda ||W||^2, without biases
    double sum = 0;
    for (Linear l : linears)
      for (int i = 0; i < l.in; i++) sum += dot(l.W[i], l.W[i]);
    return lambda * sum;
  }

  void update(int t) {
    for (Linear l : linears) l.adam(t, epsilon);
  }

  double[][] scores(int[][] items) { // nothing is hidden, and z is mu
    return forward(normalise(items, I), new double[items.length][K]);
  }
}

// ---- Are the gradients right? ------------------------------------------------------------------

/** Holds each to the central difference (loss(W + step) - loss(W - step)) / (2 step). */
boolean check() {
  int[][] items = {{0, 2, 3, 7}, {1, 2, 10}, {}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}};
  var net = new Network(11, 5, 3);
  net.lambda = 0.01;
  var r = dropout(normalise(items, net.I), mask(items.length, net.I, 0.5), 0.5);
  var eps = normal(items.length, net.K); // drawn once: a loss with other noise is another function
  double beta = 0.2, step = 1e-5;
  net.loss(items, r, eps, beta);
  net.backward(items, beta);
  boolean right = true;
  for (Linear l : net.linears) {
    double error = 0, largest = 0;
    for (int i = 0; i <= l.in; i++)
      for (int o = 0; o < l.out; o++) {
        double w = l.W[i][o];
        l.W[i][o] = w + step;
        double above = net.loss(items, r, eps, beta);
        l.W[i][o] = w - step;
        double below = net.loss(items, r, eps, beta);
        l.W[i][o] = w;
        error = max(error, abs((above - below) / (2 * step) - l.dW[i][o]));
        largest = max(largest, abs(l.dW[i][o]));
      }
    right &= report("gradient of " + l.name, error / largest, 1e-7);
  }
  return right;
}

boolean report(String what, double error, double tolerance) {
  boolean right = error <= tolerance; // which NaN is not
  IO.println("%-25s off by %.1e at most%s".formatted(what, error, right ? "" : ": WRONG"));
  return right;
}

// ---- Training and evaluation -------------------------------------------------------------------

final int BATCH = 100;

Network train(Data data, int hidden, int latent, int epochs) {
  var net = new Network(data.ids.size(), hidden, latent);
  var users = new ArrayList<>(data.train);
  int updates = epochs * ((users.size() + BATCH - 1) / BATCH), t = 0;
  double best = -1;
  List<double[][]> kept = List.of();
  for (int epoch = 1; epoch <= epochs; epoch++) {
    Collections.shuffle(users, random);
    double loss = 0, beta = 0;
    for (int from = 0; from < users.size(); from += BATCH) {
      int[][] items = items(users, from);
      int B = items.length;
      var r = dropout(normalise(items, net.I), mask(B, net.I, 0.5), 0.5);
      beta = min(0.2, 0.2 * t / (0.8 * updates)); // KL annealing: at first z costs nothing
      loss += net.loss(items, r, normal(B, latent), beta) * B / users.size();
      net.backward(items, beta);
      net.update(++t);
    }
    double ndcg = ndcg(data.validation, 100, net::scores);
    IO.println("epoch %2d  beta %.3f  loss %.2f  validation NDCG@100 %.4f%s"
        .formatted(epoch, beta, loss, ndcg, ndcg > best ? " *" : ""));
    if (ndcg > best) {
      best = ndcg;
      kept = net.linears.stream().map(l -> fill(l.in + 1, l.out, (i, o) -> l.W[i][o])).toList();
    }
  }
  for (int n = 0; n < kept.size(); n++) net.linears.get(n).W = kept.get(n); // the best epoch's
  return net;
}

/** The k items with the highest scores, best first, without those that the user has. */
int[] best(double[] scores, int[] items, int k) {
  var has = new boolean[scores.length];
  for (int i : items) has[i] = true;
  return IntStream.range(0, scores.length).filter(i -> !has[i]).boxed()
      .sorted(Comparator.comparingDouble(i -> -scores[i])).limit(k).mapToInt(i -> i).toArray();
}

/** Each hit at rank r gains 1 / log2(r + 1); the sum is a share of the ideal; mean over users. */
double ndcg(List<User> users, int k, Function<int[][], double[][]> scorer) {
  var ndcg = DoubleStream.builder();
  for (int from = 0; from < users.size(); from += BATCH) {
    double[][] scores = scorer.apply(items(users, from));
    for (int b = 0; b < scores.length; b++) {
      User user = users.get(from + b);
      int[] ranked = best(scores[b], user.items, k);
      var heldOut = IntStream.of(user.heldOut).boxed().collect(Collectors.toSet());
      double gain = 0, ideal = 0;
      for (int n = 0; n < ranked.length; n++) {
        double discount = log(2) / log(n + 2);
        if (heldOut.contains(ranked[n])) gain += discount;
        if (n < heldOut.size()) ideal += discount;
      }
      if (ideal > 0) ndcg.add(gain / ideal);
    }
  }
  return ndcg.build().average().orElse(0);
}

// ---- Data --------------------------------------------------------------------------------------

/** Items by index. Those held out are kept from the model, which is to find them. */
record User(int[] items, int[] heldOut) {}

record Data(List<String> ids, List<User> train, List<User> validation, List<User> test) {}

int[][] items(List<User> users, int from) { // of a batch
  return users.subList(from, min(from + BATCH, users.size())).stream().map(User::items)
      .toArray(int[][]::new);
}

/** Each user's items, from lines of user, item and perhaps a rating, which must be 4 or more. */
Map<String, Set<String>> read(Path file) throws IOException {
  if (!Files.isRegularFile(file)) fail("there is no file " + file);
  if (file.toString().endsWith(".gz")) fail(file + " is compressed: unpack it first");
  var users = new LinkedHashMap<String, Set<String>>();
  try (var lines = new BufferedReader(new InputStreamReader(Files.newInputStream(file)))) {
    for (String line; (line = lines.readLine()) != null; ) {
      if (users.isEmpty() && !line.matches(".*\\d.*")) continue; // a header
      String[] field = line.split("::|\t|,");
      if (field.length < 2 || field.length > 2 && !field[2].matches("\\d+(\\.\\d*)?"))
        fail(file + ": expected user, item, rating between '::', tabs or commas, found: " + line);
      if (field.length == 2 || Double.parseDouble(field[2]) >= 4)
        users.computeIfAbsent(field[0], _ -> new LinkedHashSet<>()).add(field[1]);
    }
  }
  return users;
}

/** 3,000 users draw from 500 items by softmax(popularity + taste . kind), none of them twice. */
Map<String, Set<String>> makeUp() {
  int items = 500, factors = 8;
  double[] popularity = normal(1, items)[0], key = new double[items];
  double[][] kind = normal(items, factors);
  var users = new LinkedHashMap<String, Set<String>>();
  for (int user = 1; user <= 3000; user++) {
    double[] taste = normal(1, factors)[0];
    Arrays.setAll(key, i -> popularity[i] + 2 / sqrt(factors) * dot(taste, kind[i])
        - log(-log(random.nextDouble()))); // the n largest logits plus Gumbel noise are such draws
    int n = (int) min(items / 2, 10 - 30 * log(random.nextDouble()));
    users.put("" + user, IntStream.of(best(key, new int[0], n)).mapToObj(i -> "" + (i + 1))
        .collect(Collectors.toCollection(LinkedHashSet::new)));
  }
  return users;
}

/** A tenth of the users for validation and a tenth for test; of their items a fifth is held out. */
Data split(Map<String, Set<String>> ratings) {
  var users = new ArrayList<>(ratings.values());
  users.removeIf(items -> items.size() < 5);
  int n = users.size(), tenth = n / 10;
  if (tenth == 0) fail("expected 10 users or more with 5 items or more, found " + n);
  Collections.shuffle(users, random);
  var train = users.subList(0, n - 2 * tenth);
  var index = new LinkedHashMap<String, Integer>(); // nothing can be learnt about other items
  for (var items : train)
    for (String id : items) index.putIfAbsent(id, index.size());
  return new Data(List.copyOf(index.keySet()), users(train, index, 0),
      users(users.subList(n - 2 * tenth, n - tenth), index, 0.2),
      users(users.subList(n - tenth, n), index, 0.2));
}

List<User> users(List<Set<String>> ratings, Map<String, Integer> index, double heldOut) {
  return ratings.stream().map(rated -> {
    var known = new ArrayList<>(rated);
    known.retainAll(index.keySet());
    Collections.shuffle(known, random);
    int[] items = known.stream().mapToInt(index::get).toArray();
    int cut = items.length - (int) (heldOut * items.length);
    return new User(Arrays.copyOf(items, cut), Arrays.copyOfRange(items, cut, items.length));
  }).toList();
}

// ---- Are all numbers right? --------------------------------------------------------------------

/** Computes a golden case from its inputs, noise and weights, and compares what comes out. */
boolean verify(Path file) throws IOException {
  var golden = safetensors(file);
  if (!golden.containsKey("epsilon") || golden.containsKey("q_layers.2.weight"))
    fail(file + " is no golden case of Mult-VAE with one hidden layer");
  int[][] items = rows(golden, "input"), heldOut = rows(golden, "held_out");
  int B = items.length, I = (int) golden.get("input.shape")[1];
  int H = golden.get("q_layers.0.bias").length, K = golden.get("epsilon").length / B;
  var net = new Network(I, H, K);
  for (Linear l : net.linears) {
    double[] W = golden.get(l.name + ".weight"), bias = golden.get(l.name + ".bias");
    l.W = fill(l.in + 1, l.out, (i, o) -> i < l.in ? W[o * l.in + i] : bias[o]); // [out, in] there
  }
  net.lambda = golden.get("weight_decay")[0];
  net.epsilon = golden.get("adam.epsilon")[0];
  double beta = golden.get("beta")[0];
  double[] mask = golden.get("mask"), noise = golden.get("epsilon");
  double[][] u = normalise(items, I);
  var r = dropout(u, fill(B, I, (b, i) -> mask[b * I + i]), golden.get("dropout")[0]);
  var eps = fill(B, K, (b, k) -> noise[b * K + k]);

  var users = IntStream.range(0, B).mapToObj(b -> new User(items[b], heldOut[b])).toList();
  double ndcg = ndcg(users, 5, net::scores);
  boolean right = same("scores, NDCG", golden, Map.of("scores", net.s, "ndcg@5", scalar(ndcg)));
  double loss = net.loss(items, r, eps, beta);
  right &= same("activations", golden, Map.of(
      "activation.0.L2Normalize", u, "activation.1.Dropout", r, "activation.2.SparseLinear", net.a,
      "activation.3.Tanh", net.h, "activation.4.Linear", net.e, "activation.5.Gaussian", net.z,
      "activation.6.Linear", net.c, "activation.7.Tanh", net.g, "activation.8.Linear", net.s));
  right &= same("loss", golden, Map.of("nll", scalar(multinomialForward(net.logP, items)),
      "kl", scalar(kl(net.e)), "decay", scalar(net.decay()), "loss", scalar(loss)));
  net.backward(items, beta);
  right &= same("gradients", golden, named("gradient.", net, l -> l.dW));
  net.update(1);
  right &= same("weights after 1 update", golden, named("updated.tensorflow.1.", net, l -> l.W));
  for (int t = 2; t <= 10; t++) {
    net.loss(items, r, eps, beta);
    net.backward(items, beta);
    net.update(t);
  }
  right &= same("weights after 10 updates", golden, named("updated.tensorflow.10.", net, l -> l.W));
  return right;
}

Map<String, double[][]> named(String prefix, Network net, Function<Linear, double[][]> which) {
  var tensors = new HashMap<String, double[][]>();
  for (Linear l : net.linears) {
    double[][] W = which.apply(l);
    tensors.put(prefix + l.name + ".weight", fill(l.out, l.in, (o, i) -> W[i][o]));
    tensors.put(prefix + l.name + ".bias", new double[][] {W[l.in]});
  }
  return tensors;
}

/** Whether all values are within 1e-9 of their tensor's largest. */
boolean same(String group, Map<String, double[]> golden, Map<String, double[][]> ours) {
  double worst = 0;
  for (String name : ours.keySet()) {
    double[] theirs = golden.get(name);
    double[] mine = Stream.of(ours.get(name)).flatMapToDouble(DoubleStream::of).toArray();
    double largest = DoubleStream.of(theirs).map(Math::abs).max().getAsDouble();
    for (int n = 0; n < theirs.length; n++)
      if (mine[n] != theirs[n]) worst = max(worst, abs(mine[n] - theirs[n]) / largest);
  }
  return report(group, worst, 1e-9);
}

/** The format: the length of a header in 8 bytes, the header in JSON, the values of all tensors. */
Map<String, double[]> safetensors(Path file) throws IOException {
  if (!Files.isRegularFile(file)) fail("there is no file " + file);
  var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
  var tensors = new HashMap<String, double[]>();
  var entry = Pattern.compile("\"([^\"]+)\":\\{\"dtype\":\"([FI])64\",[^}]*\\[(\\d+),(\\d+)]}")
      .matcher(new String(bytes.array(), StandardCharsets.ISO_8859_1));
  while (entry.find()) {
    int from = Integer.parseInt(entry.group(3)), to = Integer.parseInt(entry.group(4));
    int begin = 8 + (int) bytes.getLong(0) + from;
    boolean real = entry.group(2).equals("F");
    tensors.put(entry.group(1), IntStream.iterate(begin, n -> n < begin + to - from, n -> n + 8)
        .mapToDouble(n -> real ? bytes.getDouble(n) : bytes.getLong(n)).toArray());
  }
  return tensors;
}

int[][] rows(Map<String, double[]> golden, String name) { // row b: from indptr[b] to indptr[b + 1]
  double[] indptr = golden.get(name + ".indptr"), indices = golden.get(name + ".indices");
  return IntStream.range(0, indptr.length - 1).mapToObj(b -> IntStream
      .range((int) indptr[b], (int) indptr[b + 1]).map(n -> (int) indices[n]).toArray())
      .toArray(int[][]::new);
}

double[][] scalar(double value) {
  return new double[][] {{value}};
}

// ---- Arrays ------------------------------------------------------------------------------------

interface Entry { double at(int row, int column); }

double[][] fill(int rows, int columns, Entry entry) {
  var y = new double[rows][columns];
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c++) y[r][c] = entry.at(r, c);
  return y;
}

double[][] normal(int rows, int columns) {
  return fill(rows, columns, (_, _) -> random.nextGaussian());
}

double[][] mask(int rows, int columns, double rate) {
  return fill(rows, columns, (_, _) -> random.nextDouble() < rate ? 0 : 1);
}

void add(double[] y, double a, double[] x) { // y += a x
  if (a == 0) return; // as most of a user's entries are
  for (int i = 0; i < y.length; i++) y[i] += a * x[i];
}

double dot(double[] x, double[] y) {
  double sum = 0;
  for (int i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/** On all cores. Each n writes to places of its own, so their number changes no result. */
void parallel(int n, IntConsumer body) {
  IntStream.range(0, n).parallel().forEach(body);
}

// ---- The program -------------------------------------------------------------------------------

void main(String[] args) throws IOException {
  boolean verify = args.length == 2 && args[0].equals("--verify");
  boolean right = verify ? verify(Path.of(args[1])) : check();
  if (!right) System.exit(1);
  if (!verify && !List.of(args).equals(List.of("--check"))) run(args);
}

void run(String[] args) throws IOException {
  int[] size = {100, 32, 40};
  if (args.length > 1) {
    if (args.length != 4 || !Stream.of(args).skip(1).allMatch(n -> n.matches("[1-9]\\d{0,4}")))
      fail("expected FILE [HIDDEN LATENT EPOCHS], --check or --verify FILE");
    Arrays.setAll(size, n -> Integer.parseInt(args[n + 1]));
  }
  var data = split(args.length == 0 ? makeUp() : read(Path.of(args[0])));
  IO.println("%,d users to train on, %,d for validation, %,d for test; %,d items".formatted(
      data.train.size(), data.validation.size(), data.test.size(), data.ids.size()));
  var net = train(data, size[0], size[1], size[2]);
  var popularity = new double[data.ids.size()];
  for (User user : data.train)
    for (int i : user.items) popularity[i]++;
  IO.println("NDCG@100 on the test users: %.4f by popularity, %.4f by Mult-VAE".formatted(
      ndcg(data.test, 100, items -> fill(items.length, popularity.length, (_, i) -> popularity[i])),
      ndcg(data.test, 100, net::scores)));
  User user = data.test.getFirst();
  int[] ten = best(net.scores(new int[][] {user.items})[0], user.items, 10);
  IO.println("The first of them has rated  " + ids(user.items, data));
  IO.println("and, held out,               " + ids(user.heldOut, data));
  IO.println("Ten recommendations:         " + ids(ten, data));
}

String ids(int[] items, Data data) {
  return IntStream.of(items).limit(20).mapToObj(data.ids::get).collect(Collectors.joining(" "));
}

void fail(String message) {
  System.err.println("MultVae: " + message);
  System.exit(2);
}
