// Draws the pictures of the manual, as SVG: java tools/Pictures.java [FOLDER]
//
// A picture is 480 units wide, so that it can be read on a phone, and takes its colours from the
// style below: those of a light or a dark page, on no background of its own. In a label, _i is an
// index and ^T an exponent; several characters stand in braces. Blue is what has a place for each
// item, green what is latent, orange what goes backward.

import static java.lang.Math.*;

static final String STYLE = """
    svg { --text: #1f2328; --quiet: #59636e; --line: #7d8590; --well: #f3f5f8;
          --item: #0b62c4; --item-well: #dcebfd; --latent: #1a7f4b; --latent-well: #dcf3e6;
          --back: #b35309; --back-well: #fdebd9 }
    @media (prefers-color-scheme: dark) {
      svg { --text: #dfe3e8; --quiet: #9aa4b0; --line: #7d8794; --well: #20252d;
            --item: #7ab8ff; --item-well: #17304f; --latent: #6fd39b; --latent-well: #173a29;
            --back: #f0a35e; --back-well: #43290f }
    }
    text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
           fill: var(--text) }
    .quiet { fill: var(--quiet); font-size: 11.5px }
    .item { fill: var(--item) } .latent { fill: var(--latent) } .back { fill: var(--back) }
    .strong { font-weight: 600 }
    .middle { text-anchor: middle } .end { text-anchor: end }
    rect, circle, .area { fill: var(--well); stroke: var(--line) }
    .of-items { fill: var(--item-well); stroke: var(--item) }
    .of-latent { fill: var(--latent-well); stroke: var(--latent) }
    .of-back { fill: var(--back-well); stroke: var(--back) }
    .full { fill: var(--item); stroke: none } .held { fill: var(--back); stroke: none }
    .none { fill: none } .faint { stroke-opacity: 0.4 }
    .faded { fill: var(--item); fill-opacity: 0.3; stroke: none } .dashed { stroke-dasharray: 4 3 }
    .line { fill: none; stroke: var(--line) } .thick { stroke-width: 2 }
    .line-item { fill: none; stroke: var(--item) } .line-back { fill: none; stroke: var(--back) }
    .line-latent { fill: none; stroke: var(--latent) }
    .head { fill: var(--line); stroke: none } .head-back { fill: var(--back); stroke: none }
    """;

class Svg {
  final String name;
  final int height;
  final StringBuilder out = new StringBuilder();

  Svg(String name, int height, String title, String description) {
    this.name = name;
    this.height = height;
    out.append("""
        <svg xmlns="http://www.w3.org/2000/svg" width="600" height="%d" viewBox="0 0 480 %d" \
        role="img" aria-labelledby="title desc">
        <title id="title">%s</title>
        <desc id="desc">%s</desc>
        <style>
        %s</style>
        """.formatted(round(height * 1.25), height, escape(title), escape(description), STYLE));
  }

  Svg add(String element, Object... values) {
    out.append(element.formatted(values)).append('\n');
    return this;
  }

  Svg text(double x, double y, String style, String label) {
    return add("<text x=\"%s\" y=\"%s\"%s>%s</text>", n(x), n(y), styled(style), markup(label));
  }

  Svg rect(double x, double y, double width, double height, double radius, String style) {
    return add("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"%s\"%s/>",
        n(x), n(y), n(width), n(height), n(radius), styled(style));
  }

  /** A box with its label in the middle. */
  Svg box(double x, double y, double width, double height, String style, String label) {
    rect(x, y, width, height, 5, style);
    return text(x + width / 2, y + height / 2 + 4.5, "middle", label);
  }

  Svg circle(double x, double y, double radius, String style) {
    return add("<circle cx=\"%s\" cy=\"%s\" r=\"%s\"%s/>", n(x), n(y), n(radius), styled(style));
  }

  Svg path(String style, String path) {
    return add("<path d=\"%s\"%s/>", path, styled(style));
  }

  Svg line(double x1, double y1, double x2, double y2, String style) {
    return path(style, "M%s %sL%s %s".formatted(n(x1), n(y1), n(x2), n(y2)));
  }

  Svg arrow(double x1, double y1, double x2, double y2) {
    return arrow(x1, y1, x2, y2, "line", "head");
  }

  Svg arrow(double x1, double y1, double x2, double y2, String style, String head) {
    double length = hypot(x2 - x1, y2 - y1), dx = (x2 - x1) / length, dy = (y2 - y1) / length;
    line(x1, y1, x2 - 6 * dx, y2 - 6 * dy, style);
    return path(head, "M%s %sL%s %sL%s %sZ".formatted(n(x2), n(y2),
        n(x2 - 7 * dx - 3.5 * dy), n(y2 - 7 * dy + 3.5 * dx),
        n(x2 - 7 * dx + 3.5 * dy), n(y2 - 7 * dy - 3.5 * dx)));
  }
}

String styled(String style) {
  return style.isEmpty() ? "" : " class=\"" + style + "\"";
}

/** A coordinate with at most one decimal. */
String n(double value) {
  String text = "%.1f".formatted(value);
  return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
}

String escape(String text) {
  return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
}

String markup(String label) {
  var out = new StringBuilder();
  var part = Pattern.compile("([_^])(?:\\{([^}]*)}|(.))|[^_^]+").matcher(escape(label));
  for (int now = 0; part.find(); ) {                             // how far below the line
    String small = part.group(2) != null ? part.group(2) : part.group(3);
    int next = small == null ? 0 : part.group(1).equals("_") ? 3 : -4;
    String text = small == null ? part.group() : small;
    out.append(next == now ? text : "<tspan dy=\"%d\"%s>%s</tspan>"
        .formatted(next - now, small == null ? "" : " font-size=\"9.5\"", text));
    now = next;
  }
  return out.toString();
}

// ---- The whole of Mult-VAE ---------------------------------------------------------------------

/** The network from top to bottom, as wide as it is there. */
Svg network() {
  var svg = new Svg("network", 444, "The network of Mult-VAE",
      "From top to bottom: the row x of I items is brought to unit length and half of it is "
      + "dropped; a linear layer and tanh give H hidden units; a linear layer gives the means "
      + "mu and the log-variances lv of K latent units; z is drawn from that normal "
      + "distribution; a linear layer and tanh give H hidden units; a linear layer gives a "
      + "score for each of the I items, of which softmax makes probabilities. Up to z it is the "
      + "encoder, then the decoder.");
  record Layer(String name, int width, String style, String shape, String next) {}
  int x = 176, y = 8;
  for (Layer layer : List.of(
      new Layer("x", 300, "of-items", "[B, I]", "r = dropout(x / ‖x‖)"),
      new Layer("r", 300, "of-items", "[B, I]", "h = tanh(r W_1^T + b_1)"),
      new Layer("h", 180, "", "[B, H]", "h W_2^T + b_2"),
      new Layer("μ, lv", 0, "of-latent", "[B, 2K]", ""),
      new Layer("z", 80, "of-latent", "[B, K]", "g = tanh(z W_3^T + b_3)"),
      new Layer("g", 180, "", "[B, H]", "s = g W_4^T + b_4"),
      new Layer("s", 300, "of-items", "[B, I]", "p = softmax(s)"),
      new Layer("p", 300, "of-items", "[B, I]", ""))) {
    if (layer.width == 0) {
      svg.box(x - 84, y, 80, 26, layer.style, "μ").box(x + 4, y, 80, 26, layer.style, "lv");
      svg.arrow(x - 44, y + 28, x - 16, y + 55).arrow(x + 44, y + 28, x + 16, y + 55);
      svg.box(x + 64, y + 57, 86, 26, "of-latent dashed", "ε ~ N(0, 1)");
      svg.arrow(x + 62, y + 70, x + 42, y + 70).text(x + 50, y + 47, "", "z = μ + ε exp(lv / 2)");
    } else {
      svg.box(x - layer.width / 2.0, y, layer.width, 26, layer.style, layer.name);
      if (!layer.next.isEmpty()) {
        svg.arrow(x, y + 28, x, y + 55).text(x + 12, y + 45, "", layer.next);
      }
    }
    svg.text(x + 162, y + 17, "quiet", layer.shape);
    y += 57;
  }
  svg.path("line", "M402 12h6V248h-6").text(416, 127, "", "encoder")
      .text(416, 143, "quiet", "q(z|x)");
  return svg.path("line", "M402 258h6V428h-6").text(416, 340, "", "decoder")
      .text(416, 356, "quiet", "p(x|z)");
}

/** Forward on the left, from top to bottom; backward on the right, from bottom to top. */
Svg gradient() {
  var svg = new Svg("gradient", 546, "Where a gradient goes",
      "On the left the forward pass of Mult-VAE, from x down to the loss; on the right, from "
      + "the loss up, the derivative of the loss with respect to each value: ds = (n p - x) / "
      + "B; dg = ds W4; dc = dg (1 - g^2); dz = dc W3; dmu = dz + beta mu / B; dlv = dz eps "
      + "exp(lv/2) / 2 + beta (exp(lv) - 1) / 2B; dh = de W2; da = dh (1 - h^2). At each linear "
      + "layer a part leaves for the weights: dW4 = ds^T g, dW3 = dc^T z, dW2 = de^T h, dW1 = "
      + "da^T r.");
  record Step(String value, String style, String forward,
      String gradient, String backward, String weights) {}
  int y = 8;
  List<Step> steps = List.of(
      new Step("r", "of-items", "a = r W_1^T + b_1", "", "", "dW_1 = da^T r"),
      new Step("a", "", "h = tanh(a)", "da", "da = dh ⊙ (1 − h^2)", ""),
      new Step("h", "", "e = h W_2^T + b_2", "dh", "dh = de W_2", "dW_2 = de^T h"),
      new Step("e = μ, lv", "of-latent", "z = μ + ε exp(lv / 2)", "de", "", ""),
      new Step("z", "of-latent", "c = z W_3^T + b_3", "dz", "dz = dc W_3", "dW_3 = dc^T z"),
      new Step("c", "", "g = tanh(c)", "dc", "dc = dg ⊙ (1 − g^2)", ""),
      new Step("g", "", "s = g W_4^T + b_4", "dg", "dg = ds W_4", "dW_4 = ds^T g"),
      new Step("s", "of-items", "", "ds", "ds = (n softmax(s) − x) / B", ""));
  for (Step step : steps) {
    svg.box(10, y, 84, 26, step.style, step.value);
    svg.arrow(52, y + 28, 52, y + 61).text(62, y + 48, "", step.forward);
    if (!step.gradient.isEmpty()) svg.box(206, y, 50, 26, "of-back", step.gradient);
    if (!step.weights.isEmpty()) {
      svg.arrow(258, y + 76, 372, y + 76, "line-back", "head-back");
      svg.box(374, y + 63, 100, 26, "of-back dashed", step.weights);
    }
    if (step.value.equals("r")) {
      svg.text(266, y + 50, "quiet", "db_n is the sum of dy over the users");
    } else if (step.gradient.equals("de")) {
      svg.arrow(231, y + 61, 231, y + 28, "line-back", "head-back");
      svg.text(266, y + 43, "back", "dμ = dz + β μ / B");
      svg.text(266, y + 61, "back", "dlv = dz ⊙ ε exp(lv / 2) / 2");
      svg.text(291, y + 79, "back", "+ β (exp(lv) − 1) / 2B");
    } else {
      svg.arrow(231, y + 61, 231, y + 28, "line-back", "head-back");
      svg.text(266, y + 48, "back", step.backward);
    }
    y += 63;
  }
  svg.rect(10, y, 246, 32, 5, "");
  return svg.text(133, y + 20.5, "middle", "loss");
}

// ---- The data's way ----------------------------------------------------------------------------

/** Five users and eight items: too little is known of user 1 and of item 5. */
static final String[] RATED = {"x..xx..x", ".x......", ".x.x..x.", "xx..x..x", "x.xx.xx."};

boolean rated(int user, int item) {
  return RATED[user].charAt(item) == 'x';
}

/** A matrix of users by items, each cell of the style that it is given; null leaves it out. */
void grid(Svg svg, double x, double y, int rows, int columns,
    BiFunction<Integer, Integer, String> style) {
  for (int row = 0; row < rows; row++)
    for (int column = 0; column < columns; column++) {
      String cell = style.apply(row, column);
      if (cell != null) svg.rect(x + 11 * column, y + 11 * row, 10, 10, 2, cell);
    }
}

/** What becomes of ratings, from file to answers. */
Svg data() {
  var svg = new Svg("data", 500, "The data's way",
      "Six stages, from top to bottom. Ratings: lines of user, item, rating and time. Filter: "
      + "low ratings, and users and items with too few, are dropped. Split: some users are for "
      + "validation and some for test, and part of their items is held out. Batch: of B "
      + "training users, the numbers of their items. Model: one update for each batch. Answers: "
      + "a ranking for a user, and metrics that say where the held-out items are in it.");
  String[][] stages = {
      {"Ratings", "lines of user, item, rating, time"},
      {"Filter", "low ratings go, and users and items with", "too few of them"},
      {"Split", "users to train on, to choose by, to test on;",
          "of the last two, some items are held out"},
      {"Batch", "B training users, each by the numbers of", "their items"},
      {"Model", "one update for each batch; the epoch that",
          "is best on the validation users is kept"},
      {"Answers", "items in the order of their scores, without",
          "those known; metrics look for those held out"}};
  for (int n = 0; n < stages.length; n++) {
    int y = 10 + 83 * n;
    svg.text(196, y + 18, "strong", stages[n][0]);
    for (int line = 1; line < stages[n].length; line++)
      svg.text(196, y + 18 + 16 * line, "quiet", stages[n][line]);
    if (n > 0) svg.arrow(70, y - 25, 70, y - 5);
  }
  String[] lines = {"7::1193::5::978300760", "7::661::3::978302109", "8::914::4::978301968"};
  for (int n = 0; n < 3; n++) svg.text(10, 28 + 15 * n, "quiet", lines[n]);
  grid(svg, 26, 93, 5, 8, (u, i) -> u == 1 || i == 5
      ? rated(u, i) ? "faded" : "none faint" : rated(u, i) ? "full" : "");
  grid(svg, 26, 176, 5, 8, (u, i) -> u == 1 || i == 5 ? null
      : !rated(u, i) ? "" : u > 2 && i % 5 == 1 ? "held" : "full");
  svg.text(120, 196, "quiet", "train").text(120, 217, "quiet", "validation")
      .text(120, 230, "quiet", "test");
  for (int u = 0; u < 2; u++) {
    int x = 26;
    for (int i = 0; i < 8; i++)
      if (rated(2 * u, i) && i != 5) {
        svg.rect(x, 264 + 24 * u, 20, 18, 3, "of-items")
            .text(x + 10, 277.5 + 24 * u, "item middle", "" + i);
        x += 23;
      }
  }
  int[] tall = {50, 30, 14, 30, 50};
  for (int n = 0; n < 5; n++)
    svg.rect(26 + 19 * n, 367 - tall[n] / 2.0, 11, tall[n], 3,
        n % 4 == 0 ? "of-items" : n == 2 ? "of-latent" : "");
  int[] wide = {88, 74, 66, 48, 40};
  for (int n = 0; n < 5; n++)
    svg.rect(26, 427 + 11 * n, wide[n], 8, 2, n % 3 == 1 ? "held" : "full");
  return svg;
}

// ---- Curves ------------------------------------------------------------------------------------

/** What `tools/elbo gradcheck --layer multinomial-loss --break one-item-softmax` prints. */
static final double[] RIGHT = {1.1e-03, 1.1e-05, 1.1e-07, 1.1e-09, 1.0e-09, 9.0e-09, 1.0e-07,
    8.4e-07, 9.6e-06, 8.1e-05, 8.9e-04, 8.8e-03};
static final double[] WRONG = DoubleStream.generate(() -> 1.2).limit(12).toArray();

/** The error of central differences by their step. */
Svg steps() {
  var svg = new Svg("steps", 330, "The V of step sizes",
      "Relative error of central differences for the gradient of the multinomial loss, by the "
      + "step h from 1e-1 to 1e-12, both logarithmic. With the right gradient the error is "
      + "1.1e-3 at 1e-1, falls with the square of h to 1e-9 at 1e-5, then rises as 1/h to 9e-3 "
      + "at 1e-12: a V. With a wrong gradient (one-item-softmax) it is 1.2 at every step.");
  DoubleUnaryOperator x = exponent -> 62 + 34 * exponent, y = error -> 40 - 25 * log10(error);
  svg.path("line", "M62 20V285H470");
  for (int e = 0; e >= -9; e -= 3) {
    svg.line(58, y.applyAsDouble(pow(10, e)), 62, y.applyAsDouble(pow(10, e)), "line");
    String power = e == 0 ? "1" : "10^{" + minus(e) + "}";
    svg.text(54, y.applyAsDouble(pow(10, e)) + 4, "quiet end", power);
  }
  for (int e = 1; e <= 12; e++) {
    double at = x.applyAsDouble(e - 0.6);
    svg.line(at, 285, at, 289, "line");
    if (e % 2 == 0) svg.text(at, 303, "quiet middle", "10^{" + minus(-e) + "}");
  }
  svg.text(266, 322, "quiet middle", "step h")
      .text(10, 14, "quiet", "relative error of the gradient");
  IntToDoubleFunction step = n -> x.applyAsDouble(n + 0.4);
  curve(svg, "line-back thick", step, n -> y.applyAsDouble(WRONG[n]), "held");
  curve(svg, "line-item thick", step, n -> y.applyAsDouble(RIGHT[n]), "full");
  svg.text(130, 60, "back", "a wrong gradient: off at every step");
  svg.text(128, 150, "item", "truncation, ~ h^2");
  return svg.text(318, 222, "item", "rounding, ~ 1 / h");
}

/** The weight of the divergence over a run. */
Svg annealing() {
  var svg = new Svg("annealing", 250, "KL annealing",
      "The weight beta of the KL divergence by the share of a run's updates: it rises "
      + "linearly from 0 and reaches its cap, 0.2, after four fifths of the run, where it "
      + "stays. A dashed line shows --anneal-updates 0: at the cap from the first update on.");
  svg.path("line", "M62 20V205H470");
  DoubleUnaryOperator x = share -> 62 + 400 * share, y = beta -> 205 - 750 * beta;
  for (int tick = 0; tick <= 4; tick++) {
    svg.line(58, y.applyAsDouble(tick * 0.05), 62, y.applyAsDouble(tick * 0.05), "line");
    svg.text(54, y.applyAsDouble(tick * 0.05) + 4, "quiet end", "%.2f".formatted(tick * 0.05));
  }
  for (int tick = 0; tick <= 5; tick++) {
    svg.line(x.applyAsDouble(tick / 5.0), 205, x.applyAsDouble(tick / 5.0), 209, "line");
    svg.text(x.applyAsDouble(tick / 5.0), 223, "quiet middle", 20 * tick + " %");
  }
  svg.text(62, 14, "quiet", "β").text(262, 243, "quiet middle", "updates of the run");
  svg.path("line dashed", "M62 %sH%s".formatted(n(y.applyAsDouble(0.2)), n(x.applyAsDouble(0.8))));
  var path = new StringBuilder();
  for (int update = 0; update <= 100; update++)
    path.append(update == 0 ? "M" : "L").append(n(x.applyAsDouble(update / 100.0))).append(' ')
        .append(n(y.applyAsDouble(min(0.2, 0.2 * update / 80))));
  svg.path("line-latent thick", path.toString());
  svg.text(78, 46, "quiet", "--anneal-updates 0").text(372, 46, "latent", "the cap, 0.2");
  return svg.text(222, 170, "latent", "at first z is free, later it has a price");
}

String minus(int number) {
  return ("" + number).replace('-', '−');
}

void curve(Svg svg, String style, IntToDoubleFunction x, IntToDoubleFunction y, String dot) {
  var path = new StringBuilder();
  for (int n = 0; n < 12; n++)
    path.append(n == 0 ? "M" : "L").append(n(x.applyAsDouble(n))).append(' ')
        .append(n(y.applyAsDouble(n)));
  svg.path(style, path.toString());
  for (int n = 0; n < 12; n++) svg.circle(x.applyAsDouble(n), y.applyAsDouble(n), 3, dot);
}

// ---- A small one for each family of models -----------------------------------------------------

/** A layer as an upright bar, with its name below and its width below that. */
void bar(Svg svg, double x, int height, String style, String name, String width) {
  svg.rect(x - 9, 68 - height / 2.0, 18, height, 4, style);
  svg.text(x, 140, "middle", name).text(x, 155, "quiet middle", width);
}

Svg multVae() {
  var svg = new Svg("mult-vae", 162, "Mult-VAE and Mult-DAE",
      "Six bars from left to right, as tall as layers are wide: x with I items, h with H "
      + "units, mean and log-variance, z with K units, g with H units, s with I items. Noise "
      + "enters z, in Mult-VAE only.");
  bar(svg, 40, 112, "of-items", "x", "I");
  bar(svg, 130, 72, "", "h", "H");
  svg.rect(211, 36, 18, 28, 4, "of-latent").rect(211, 72, 18, 28, 4, "of-latent");
  svg.text(220, 140, "middle", "μ, lv").text(220, 155, "quiet middle", "2K");
  bar(svg, 300, 28, "of-latent", "z", "K");
  bar(svg, 375, 72, "", "g", "H");
  bar(svg, 450, 112, "of-items", "s", "I");
  svg.arrow(52, 68, 118, 68).text(85, 60, "quiet middle", "dropout");
  svg.arrow(142, 68, 208, 68).arrow(232, 50, 288, 64).arrow(232, 86, 288, 72);
  svg.arrow(312, 68, 363, 68).arrow(387, 68, 438, 68);
  svg.circle(300, 20, 11, "of-latent dashed").text(300, 24, "middle", "ε").arrow(300, 33, 300, 51);
  return svg.text(317, 24, "quiet", "Mult-VAE only");
}

Svg recVae() {
  var svg = new Svg("recvae", 214, "RecVAE",
      "x passes five hidden layers, h1 to h5, each of which also reads the sum of those "
      + "before it; then mean and log-variance, z, and one linear layer to s. Below, a dashed "
      + "copy of the encoder, as it was a round ago, gives the prior of z.");
  bar(svg, 24, 112, "of-items", "x", "I");
  for (int n = 1; n <= 5; n++) {
    bar(svg, 34 + 48 * n, 72, "", "h_" + n, "H");
    svg.arrow(n == 1 ? 35 : -3 + 48 * n, 68, 23 + 48 * n, 68);
    if (n < 5) svg.line(30 + 48 * n, 32, 30 + 48 * n, 14, "line");
    if (n > 1) svg.arrow(38 + 48 * n, 14, 38 + 48 * n, 31);
  }
  svg.path("line", "M78 14H278").text(290, 18, "quiet", "the sum of those before");
  svg.rect(327, 36, 18, 28, 4, "of-latent").rect(327, 72, 18, 28, 4, "of-latent");
  svg.text(336, 140, "middle", "μ, lv").text(336, 155, "quiet middle", "2K");
  bar(svg, 392, 28, "of-latent", "z", "K");
  bar(svg, 456, 112, "of-items", "s", "I");
  svg.arrow(285, 62, 324, 52).arrow(285, 74, 324, 84).arrow(347, 50, 381, 64)
      .arrow(347, 86, 381, 72).arrow(403, 68, 444, 68);
  svg.box(82, 174, 192, 30, "dashed", "the encoder, a round ago")
      .box(318, 174, 92, 30, "of-latent dashed", "prior of z");
  svg.path("line", "M24 162V189").arrow(24, 189, 80, 189);
  return svg.arrow(276, 189, 316, 189);
}

/** A square or oblong that stands for a matrix. */
void matrix(Svg svg, double x, double y, double width, double height, String style,
    String name, String shape) {
  svg.rect(x, y, width, height, 3, style);
  svg.text(x + width / 2, y + height + 18, "middle", name)
      .text(x + width / 2, y + height + 33, "quiet middle", shape);
}

Svg ease() {
  var svg = new Svg("ease", 172, "EASE, EDLAE, DLAE, RDLAE",
      "The matrix X of users by items is approximated by X times B, a matrix of items by "
      + "items. Its diagonal is marked: 0 in EASE and EDLAE, free in DLAE, at most xi in RDLAE.");
  matrix(svg, 10, 12, 76, 118, "of-items", "X", "[users, I]");
  svg.text(105, 76, "middle strong", "≈");
  matrix(svg, 124, 12, 76, 118, "of-items", "X", "[users, I]");
  svg.text(216, 76, "middle strong", "·");
  matrix(svg, 232, 26, 90, 90, "", "B", "[I, I]");
  svg.line(234, 28, 320, 114, "line-back thick").text(340, 46, "back", "the diagonal");
  String[][] diagonals = {{"0", "EASE, EDLAE"}, {"≤ ξ", "RDLAE"}, {"free", "DLAE"}};
  for (int n = 0; n < 3; n++)
    svg.text(340, 67 + 19 * n, "", diagonals[n][0])
        .text(378, 67 + 19 * n, "quiet", diagonals[n][1]);
  return svg;
}

Svg svae() {
  var svg = new Svg("svae", 226, "SVAE",
      "A user's items in the order of time, from left to right. Each is read into a recurrent "
      + "state h, which is handed on to the next step; from each state a latent z is drawn, and "
      + "from z the items that come next are predicted.");
  for (int t = 0; t < 4; t++) {
    int x = 72 + 104 * t;
    svg.box(x - 30, 190, 60, 26, "of-items", t == 3 ? "item t" : "item " + (t + 1))
        .arrow(x, 188, x, 168);
    svg.box(x - 30, 140, 60, 26, "", "h_" + (t == 3 ? "t" : t + 1)).arrow(x, 138, x, 118);
    svg.box(x - 20, 90, 40, 26, "of-latent", "z_" + (t == 3 ? "t" : t + 1)).arrow(x, 88, x, 68);
    svg.box(x - 46, 40, 92, 26, "of-items", "next items");
    if (t > 0) svg.arrow(x - 72, 153, x - 32, 153);
  }
  svg.arrow(416, 153, 458, 153);
  svg.text(10, 22, "quiet", "predicted at each step")
      .text(240, 22, "quiet", "GRU: h_t from item t and h_{t−1}");
  return svg;
}

Svg autoRec() {
  var svg = new Svg("autorec", 168, "AutoRec",
      "A row of ratings, of which few are known, is read by a hidden layer, which predicts a "
      + "rating in every place. The error is taken where the rating is known, and nowhere else.");
  String[] known = {"5", "", "3", "", "", "4", "", "1"};
  String[] predicted = {"4.8", "3.1", "3.3", "2.0", "4.4", "3.9", "2.7", "1.5"};
  for (int i = 0; i < 8; i++) {
    String style = known[i].isEmpty() ? "dashed none" : "of-items";
    svg.box(96 + 44 * i, 8, 38, 26, style, known[i]);
    svg.box(96 + 44 * i, 134, 38, 26, style, predicted[i]);
  }
  svg.box(181, 71, 176, 26, "", "h = g(V r + μ)").arrow(269, 36, 269, 69).arrow(269, 99, 269, 132);
  svg.text(10, 25, "", "r").text(24, 25, "quiet", "ratings").text(10, 151, "", "y")
      .text(24, 151, "quiet", "predicted");
  return svg.text(282, 121, "", "f(W h + b)").text(282, 57, "quiet", "known ones only");
}

Svg mfae() {
  var svg = new Svg("mfae", 176, "MFAE",
      "Each pair of an item and a rating that a user gave has a vector; their sum, divided by "
      + "one more than their number, is the user's vector. Its product with an item's vector "
      + "predicts the user's rating of that item.");
  String[] pairs = {"item 2, rating 5", "item 5, rating 3", "item 9, rating 4"};
  for (int n = 0; n < 3; n++) {
    svg.box(10, 16 + 50 * n, 130, 30, "of-items", pairs[n]);
    svg.arrow(142, 31 + 50 * n, 220, 31 + 50 * n + 16 * (1 - n));
  }
  svg.box(224, 58, 84, 46, "of-latent", "v, b").text(266, 126, "quiet middle", "sum / (1 + n)");
  svg.box(372, 8, 98, 30, "of-items", "item i: t_i, c_i").arrow(421, 40, 421, 64)
      .arrow(310, 81, 366, 81);
  svg.box(368, 66, 106, 30, "", "b + v · t_i + c_i").arrow(421, 98, 421, 130);
  return svg.box(372, 132, 98, 30, "of-items", "rating of i");
}

Svg ials() {
  var svg = new Svg("ials", 172, "iALS",
      "The matrix X of users by items is approximated by the product of two narrow ones: a "
      + "vector of K numbers for each user, and one for each item. Users and items are solved "
      + "for in turn.");
  matrix(svg, 24, 12, 110, 118, "of-items", "X", "[users, I]");
  svg.text(160, 76, "middle strong", "≈");
  matrix(svg, 186, 12, 26, 118, "of-latent", "W", "[users, K]");
  svg.text(238, 76, "middle strong", "·");
  matrix(svg, 262, 58, 110, 26, "of-latent", "H^T", "[K, I]");
  svg.text(388, 44, "quiet", "solve for W,").text(388, 62, "quiet", "then for H,");
  return svg.text(388, 80, "quiet", "and again");
}

Svg itemKnn() {
  var svg = new Svg("item-knn", 176, "Item-kNN",
      "An item i in the middle, with its nearest items around it, each at the end of a line "
      + "that stands for the cosine of the two. Those that the user has are filled; the score "
      + "of i is the sum of their cosines.");
  int[][] near = {{-84, -46}, {-104, 12}, {-58, 58}, {70, -56}, {104, 0}, {62, 54}};
  double[] cosine = {0.4, 0.3, 0.2, 0.5, 0.3, 0.2};
  for (int n = 0; n < 6; n++) {
    int x = 124 + near[n][0], y = 88 + near[n][1];
    svg.add("<path d=\"M124 88L%d %d\" class=\"%s\" stroke-width=\"%s\"/>", x, y,
        n % 2 == 0 ? "line-item" : "line", n(8 * cosine[n]));
    svg.circle(x, y, 13, n % 2 == 0 ? "full" : "");
  }
  svg.circle(124, 88, 18, "of-items").text(124, 92.5, "middle strong", "i");
  svg.circle(270, 36, 9, "full").text(288, 40.5, "", "the user has rated it");
  svg.circle(270, 64, 9, "").text(288, 68.5, "", "the user has not");
  svg.line(260, 92, 280, 92, "line-item thick").text(288, 96.5, "", "the cosine of the two");
  return svg.text(260, 130, "quiet", "score of i: the sum of its cosines")
      .text(260, 146, "quiet", "to the items that the user has rated");
}

// ---- The program -------------------------------------------------------------------------------

void main(String[] args) throws IOException {
  Locale.setDefault(Locale.ROOT);
  Path folder = Path.of(args.length == 0 ? "src/site/resources/images" : args[0]);
  Files.createDirectories(folder);
  for (Svg svg : List.of(network(), gradient(), data(), steps(), annealing(), multVae(), recVae(),
      ease(), svae(), autoRec(), mfae(), ials(), itemKnn()))
    Files.writeString(folder.resolve(svg.name + ".svg"), svg.out + "</svg>\n");
}
