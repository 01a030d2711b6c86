package dev.elbo.cli.numerics;

import dev.elbo.DidYouMean;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Console;
import dev.elbo.gradients.Example;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.ComparedDerivative;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.gradients.exercises.Exercise;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code elbo gradcheck}: gradients beside central differences, right ones and wrong ones. */
@Command(
    name = "gradcheck",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Check the gradients of the reference engine against central differences: every layer and"
          + " whole models, or one of them step by step.",
      "With --exercise, check a layer or loss that you have written: --out writes the Java file to"
          + " fill in, --file compiles and checks it. What is in the file runs with your rights, as"
          + " any program that you start does.",
      "Exit code 0 if all agree, 1 if one does not."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo gradcheck",
      "  elbo gradcheck --list",
      "  elbo gradcheck --layer multinomial-loss --break one-item-softmax",
      "  elbo gradcheck --layer tanh --plot v.png",
      "  elbo gradcheck --exercise multinomial-loss --out Mine.java",
      "  elbo gradcheck --exercise multinomial-loss --file Mine.java"
    })
public final class GradcheckCommand implements Callable<Integer> {

  private static final int WRONG_GRADIENT = 1;

  /** How many values of each tensor are shown. */
  private static final int SHOWN = 3;

  /** 1e-1 to 1e-12. */
  private static final List<Double> STEPS =
      IntStream.rangeClosed(1, 12).mapToObj(digit -> Double.valueOf("1e-" + digit)).toList();

  /** To how many digits the function is computed. */
  enum Precision {
    float64,
    float32
  }

  @Mixin private Console console;

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description = "show one layer or model: values side by side, and the error at every step")
  private String layer;

  @Option(
      names = "--break",
      paramLabel = "MISTAKE",
      description = "put a mistake into the backward pass, to see the check find it")
  private String broken;

  @Option(names = "--list", description = "list the layers and their mistakes")
  private boolean list;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "precision of the function that is differenced: ${COMPLETION-CANDIDATES}; with float32"
              + " the differences are too coarse to judge a gradient")
  private Precision dtype = Precision.float64;

  @Option(names = "--seed", description = "seed of the values")
  private long seed = 1;

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "with --layer or --break: draw the error over the step")
  private Path plot;

  @Option(
      names = "--exercise",
      paramLabel = "NAME",
      description = "show an exercise; with --out, --file or --hint what they say")
  private String exercise;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "with --exercise: write the Java file to fill in; FILE must not exist")
  private Path out;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "with --exercise: compile this Java file and check what is in it")
  private Path file;

  @Option(
      names = "--hint",
      paramLabel = "N",
      converter = Positive.class,
      description = "with --exercise: show the first N hints")
  private Integer hint;

  @Override
  public Integer call() {
    if (list) {
      console.requireAlone("--list");
      list();
      return 0;
    }
    if (exercise != null) {
      return exercise();
    }
    if (out != null || file != null || hint != null) {
      throw console.wrongUsage(
          "%s is about an exercise: add --exercise NAME"
              .formatted(out != null ? "--out" : file != null ? "--file" : "--hint"));
    }
    Example chosen = chosen();
    WrongBackward mistake = mistake(chosen);
    if (plot == null) {
      return check(chosen, mistake);
    }
    Example drawn = chosen != null ? chosen : mistake == null ? null : ownerOf(mistake);
    if (drawn == null) {
      throw console.wrongUsage("--plot draws one layer: add --layer NAME or --break MISTAKE");
    }
    if (!plot.toString().endsWith(".png")) {
      throw console.wrongUsage(
          "--plot writes a PNG: expected a name that ends in .png, found " + plot);
    }
    AtomicFile.requireFolder(plot);
    int code = check(chosen, mistake);
    StepPlot.write(plot, drawn.name(), dtype, STEPS, curves(drawn, mistake));
    console.say("Wrote " + plot);
    return code;
  }

  private int exercise() {
    console.requireOnly("--exercise", Set.of("--exercise", "--out", "--file", "--hint", "--seed"));
    if (file == null) {
      console.requireOnly("--exercise without --file", Set.of("--exercise", "--out", "--hint"));
    }
    if (Stream.of(out, file, hint).filter(Objects::nonNull).count() > 1) {
      throw console.wrongUsage("choose one of --out, --file and --hint");
    }
    List<Exercise> all = Exercise.all();
    Exercise chosen =
        all.stream()
            .filter(one -> one.name().equals(exercise))
            .findFirst()
            .orElseThrow(
                () ->
                    console.wrongUsage(
                        "there is no exercise '%s'%s; choose one of: %s"
                            .formatted(
                                exercise,
                                DidYouMean.among(names(all, Exercise::name), exercise),
                                String.join(", ", names(all, Exercise::name)))));
    ShownExercise shown = new ShownExercise(console, chosen);
    if (out != null) {
      shown.write(out);
    } else if (hint != null) {
      shown.hints(hint);
    } else if (file == null) {
      shown.text();
    } else {
      return shown.check(file, seed) ? 0 : WRONG_GRADIENT;
    }
    return 0;
  }

  private int check(Example chosen, WrongBackward mistake) {
    return chosen == null ? checkAll(mistake) : checkOne(chosen, mistake);
  }

  private Example chosen() {
    if (layer == null) {
      return null;
    }
    return Example.all().stream()
        .filter(example -> example.name().equals(layer))
        .findFirst()
        .orElseThrow(
            () ->
                console.wrongUsage(
                    "there is no layer '%s'%s; choose one of: %s"
                        .formatted(
                            layer,
                            DidYouMean.among(names(Example.all(), Example::name), layer),
                            String.join(", ", names(Example.all(), Example::name)))));
  }

  /** The mistake that is asked for, which must be the chosen layer's, if there is one. */
  private WrongBackward mistake(Example chosen) {
    if (broken == null) {
      return null;
    }
    List<Example> where = chosen == null ? Example.all() : List.of(chosen);
    List<WrongBackward> known =
        where.stream().flatMap(example -> example.mistakes().stream()).toList();
    return known.stream()
        .filter(mistake -> mistake.name().equals(broken))
        .findFirst()
        .orElseThrow(
            () ->
                console.wrongUsage(
                    "there is no mistake '%s'%s%s; choose one of: %s"
                        .formatted(
                            broken,
                            chosen == null ? "" : " of " + chosen.name(),
                            DidYouMean.among(names(known, WrongBackward::name), broken),
                            String.join(", ", names(known, WrongBackward::name)))));
  }

  private static Example ownerOf(WrongBackward mistake) {
    return Example.all().stream()
        .filter(example -> example.mistakes().contains(mistake))
        .findFirst()
        .orElseThrow();
  }

  private static <T> List<String> names(List<T> all, Function<T, String> name) {
    return all.stream().map(name).toList();
  }

  private void list() {
    for (Example example : Example.all()) {
      console.say("%s: %s".formatted(example.name(), example.formula()));
      for (WrongBackward mistake : example.mistakes()) {
        console.say("  %-24s %s".formatted(mistake.name(), mistake.what()));
      }
    }
    console.say("");
    console.say(
        "To write by yourself, with --exercise: "
            + String.join(", ", names(Exercise.all(), Exercise::name)));
    console.json(
        () ->
            Json.object(
                "exercises",
                names(Exercise.all(), Exercise::name),
                "layers",
                Example.all().stream()
                    .map(
                        example ->
                            Json.object(
                                "layer",
                                example.name(),
                                "formula",
                                example.formula(),
                                "mistakes",
                                example.mistakes().stream()
                                    .map(m -> Json.object("name", m.name(), "what", m.what()))
                                    .toList()))
                    .toList()));
  }

  /** A line for each layer and model; the mistake is put in where it belongs. */
  private int checkAll(WrongBackward mistake) {
    console.say(
        "%-18s %6s  %18s  %16s".formatted("", "values", "largest difference", "share of allowed"));
    List<Map<String, Object>> documents = new ArrayList<>();
    for (Example example : Example.all()) {
      WrongBackward here = mistake != null && example.mistakes().contains(mistake) ? mistake : null;
      List<ComparedDerivative> found = compare(example, here, GradientCheck.STEP);
      ComparedDerivative worst = ComparedDerivative.worst(found);
      console.say(
          "%-18s %6d  %18.1e  %16.4g  %s"
              .formatted(
                  example.name(),
                  found.size(),
                  worst.difference(),
                  worst.share(),
                  worst.agrees() ? "right" : "WRONG in " + worst.place()));
      documents.add(document(example, here, found));
    }
    boolean right = documents.stream().allMatch(document -> (boolean) document.get("right"));
    console.say("");
    verdict(right, mistake);
    console.json(() -> document(right, documents));
    return right ? 0 : WRONG_GRADIENT;
  }

  /** One layer or model with its values, and the error at every step. */
  private int checkOne(Example example, WrongBackward mistake) {
    List<ComparedDerivative> found = compare(example, mistake, GradientCheck.STEP);
    boolean right = ComparedDerivative.worst(found).agrees();
    console.say("%s: %s".formatted(example.name(), example.formula()));
    if (mistake != null) {
      console.say("%s: %s".formatted(mistake.name(), mistake.what()));
    }
    console.say("");
    console.say(
        "%-32s %14s %14s %11s %9s".formatted("", "analytic", "numeric", "difference", "allowed"));
    for (ComparedDerivative one : shown(found)) {
      console.say(
          "%-32s %14.9f %14.9f %11.1e %9.1e  %s"
              .formatted(
                  one.place(),
                  one.analytic(),
                  one.numeric(),
                  one.difference(),
                  one.allowed(),
                  one.agrees() ? "" : "WRONG")
              .stripTrailing());
    }
    long wrong = found.stream().filter(one -> !one.agrees()).count();
    console.say(
        "%,d of %,d values shown, %,d of all wrong."
            .formatted(shown(found).size(), found.size(), wrong));

    Map<String, List<Double>> curves = curves(example, mistake);
    console.say("");
    console.say("Relative error ||analytic - numeric|| / ||analytic|| as the step shrinks:");
    console.say(
        "step    " + curves.keySet().stream().map("%22s"::formatted).collect(Collectors.joining()));
    for (int n = 0; n < STEPS.size(); n++) {
      int row = n;
      console.say(
          "%-8.0e".formatted(STEPS.get(n))
              + curves.values().stream()
                  .map(errors -> "%22.1e".formatted(errors.get(row)))
                  .collect(Collectors.joining()));
    }
    console.say("");
    verdict(right, mistake);
    console.json(
        () -> {
          Map<String, Object> document = document(example, mistake, found);
          document.put(
              "entries",
              found.stream()
                  .map(
                      one ->
                          Json.object(
                              "place",
                              one.place(),
                              "analytic",
                              one.analytic(),
                              "numeric",
                              one.numeric(),
                              "agrees",
                              one.agrees()))
                  .toList());
          document.put("steps", STEPS);
          document.put("relativeErrors", curves);
          return document(right, List.of(document));
        });
    return right ? 0 : WRONG_GRADIENT;
  }

  private void verdict(boolean right, WrongBackward mistake) {
    if (dtype == Precision.float32) {
      console.say(
          "The function was rounded to float32, 7 digits: its rounding divided by 2h is larger than"
              + " what is allowed, so this tells nothing of the gradients; see --dtype float64.");
    } else if (right) {
      console.say(
          mistake == null
              ? "Right: each gradient is the derivative of its function."
              : "NOT FOUND: the check did not notice '%s' with this seed."
                  .formatted(mistake.name()));
    } else if (mistake != null) {
      console.say(
          "Found %s in %s. It has %s."
              .formatted(mistake.name(), ownerOf(mistake).name(), mistake.what()));
    } else {
      console.say("Wrong: a gradient is not what the differences say.");
    }
  }

  /** The first values of each tensor, and the first wrong ones. */
  private static List<ComparedDerivative> shown(List<ComparedDerivative> found) {
    Map<String, Integer> shown = new HashMap<>();
    Map<String, Integer> wrong = new HashMap<>();
    return found.stream()
        .filter(
            one ->
                shown.merge(one.tensor(), 1, Integer::sum) <= SHOWN
                    || (!one.agrees() && wrong.merge(one.tensor(), 1, Integer::sum) <= SHOWN))
        .toList();
  }

  private List<ComparedDerivative> compare(Example example, WrongBackward mistake, double step) {
    Function<Shape, Claim> backward = mistake == null ? example.right() : mistake.wrong();
    Claim claim = backward.apply(example.shape().withSeed(seed));
    return GradientCheck.compare(
        dtype == Precision.float32 ? claim.inFloat32() : claim, example.form(), step);
  }

  /** The error at every step: of the right gradient, and of the mistake or of all there are. */
  private Map<String, List<Double>> curves(Example example, WrongBackward mistake) {
    Map<String, List<Double>> curves = new LinkedHashMap<>();
    curves.put("right", errors(example, null));
    for (WrongBackward wrong : mistake == null ? example.mistakes() : List.of(mistake)) {
      curves.put(wrong.name(), errors(example, wrong));
    }
    return curves;
  }

  private List<Double> errors(Example example, WrongBackward mistake) {
    return STEPS.stream()
        .map(step -> ComparedDerivative.relativeError(compare(example, mistake, step)))
        .toList();
  }

  private Map<String, Object> document(boolean right, List<Map<String, Object>> checks) {
    return Json.object("right", right, "dtype", dtype, "seed", seed, "checks", checks);
  }

  private static Map<String, Object> document(
      Example example, WrongBackward mistake, List<ComparedDerivative> found) {
    ComparedDerivative worst = ComparedDerivative.worst(found);
    return Json.object(
        "layer",
        example.name(),
        "mistake",
        mistake == null ? null : mistake.name(),
        "values",
        found.size(),
        "worst",
        worst.place(),
        "difference",
        worst.difference(),
        "allowed",
        worst.allowed(),
        "right",
        worst.agrees());
  }
}
