package dev.elbo.cli.numerics;

import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.terminal.Console;
import dev.elbo.engine.Engines;
import dev.elbo.io.Json;
import dev.elbo.io.Npz;
import dev.elbo.io.Printable;
import dev.elbo.verify.ComparedTensor;
import dev.elbo.verify.Diagnosis;
import dev.elbo.verify.Difference;
import dev.elbo.verify.GoldenCase;
import dev.elbo.verify.Mistake;
import dev.elbo.verify.Verification;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code elbo verify}: somebody else's tensors, or an engine's, beside golden ones. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Compare the tensors of your own implementation with golden ones: the first that differs and,"
          + " for Mult-VAE, Mult-DAE and RecVAE, which known mistake gives what you have.",
      "Save what you have of a case, under its names, as safetensors or .npz. Exit code 0: nothing"
          + " differs, 1: something does, or has a name that the case does not have.",
      "Or the tensors of an engine of Elbo, on the processor or the device that is here."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo verify --list",
      "  elbo verify --case mult-vae-small --export golden.npz",
      "  elbo verify --case mult-vae-small --tensors mine.npz",
      "  elbo verify --engine fast"
    })
public final class VerifyCommand implements Callable<Integer> {

  private static final int PASSES = 0;
  private static final int DIFFERS = 1;

  @Mixin private Console console;

  @Option(names = "--case", paramLabel = "NAME", description = "golden case; --list shows them")
  private String caseName;

  @ArgGroup(multiplicity = "1")
  private What what;

  /** What to do. */
  static final class What {
    @Option(
        names = "--tensors",
        paramLabel = "FILE",
        description = "your tensors, as safetensors or .npz; any subset of the names")
    private Path tensors;

    @Option(
        names = "--export",
        paramLabel = "FILE",
        description = "write the case, inputs and results, to a file named *.safetensors or *.npz")
    private Path export;

    @Option(
        names = "--engine",
        completionCandidates = EngineArguments.EngineNames.class,
        paramLabel = "ENGINE",
        description =
            "what an engine computes, of one case or of all: ${COMPLETION-CANDIDATES}; "
                + EngineArguments.LISTED)
    private String engine;

    @Option(names = "--list", description = "list the cases")
    private boolean list;
  }

  @Option(
      names = "--tolerance",
      paramLabel = "X",
      description =
          "largest difference that passes, relative to the largest value of the tensor, of"
              + " updated.* to the largest movement from the initial parameter (default: 1e-9; of"
              + " a float32 tensor 1e-4, of a float32 updated.* 1e-3); integers must be the same"
              + " in any case")
  private Double tolerance;

  @Override
  public Integer call() {
    if (what.list) {
      console.requireAlone("--list");
      list();
      return PASSES;
    }
    if (what.export != null && tolerance != null) {
      throw console.wrongUsage("--tolerance does nothing beside --export: leave it out");
    }
    if (tolerance != null && !(tolerance >= 0 && Double.isFinite(tolerance))) {
      throw console.wrongUsage(
          "--tolerance: expected a finite number from 0 on, found '%s'".formatted(tolerance));
    }
    if (what.engine != null && caseName == null) {
      var cases = new VerifiedEngine(console, what.engine, Optional.ofNullable(tolerance));
      return cases.run() ? PASSES : DIFFERS;
    }
    if (caseName == null) {
      throw console.wrongUsage("Missing required option: '--case=NAME'; --list shows the cases");
    }
    GoldenCase golden = console.checked(() -> GoldenCase.of(caseName));
    if (what.export != null) {
      export(golden);
      return PASSES;
    }
    Verification verification = verification(golden, Optional.ofNullable(tolerance));
    describe(verification);
    console.json(() -> document(verification));
    return verification.passes() ? PASSES : DIFFERS;
  }

  private Verification verification(GoldenCase golden, Optional<Double> allowed) {
    return what.engine == null
        ? Verification.of(golden, what.tensors, allowed)
        : VerifiedEngine.of(golden, Engines.byName(what.engine), allowed);
  }

  private void list() {
    List<GoldenCase> cases = GoldenCase.NAMES.stream().map(GoldenCase::of).toList();
    for (GoldenCase golden : cases) {
      console.say("%-24s %s".formatted(golden.name(), golden.description()));
    }
    console.json(
        () ->
            Map.of(
                "cases",
                cases.stream()
                    .map(c -> Json.object("name", c.name(), "description", c.description()))
                    .toList()));
  }

  private void export(GoldenCase golden) {
    if (what.export.toString().endsWith(".npz")) {
      Npz.write(what.export, golden.tensors());
    } else if (what.export.toString().endsWith(".safetensors")) {
      GoldenCase.export(golden.name(), what.export);
    } else {
      throw console.wrongUsage(
          "--export: expected a name with .safetensors or .npz, found '%s'".formatted(what.export));
    }
    console.say("Wrote %s".formatted(what.export));
    console.json(() -> Map.of("file", what.export.toString()));
  }

  private void describe(Verification verification) {
    GoldenCase golden = verification.golden();
    console.say("%s: %s".formatted(golden.name(), golden.description()));
    console.say(
        "%d of its %d tensors; a tensor passes up to the relative difference that is allowed."
            .formatted(verification.comparisons().size(), golden.tensors().size()));
    console.say(
        "Relative is to the tensor's largest value, of updated.* to its largest movement from the"
            + " initial parameter.");
    console.say("");
    int width =
        verification.comparisons().stream().mapToInt(c -> c.name().length()).max().orElseThrow();
    String line = "%-" + width + "s  %-10s  %9s  %9s  %7s  %s";
    console.say(
        line.formatted("tensor", "shape", "max abs", "max rel", "allowed", "").stripTrailing());
    for (ComparedTensor comparison : verification.comparisons()) {
      Optional<Difference> difference = comparison.difference();
      console.say(
          line.formatted(
              comparison.name(),
              Arrays.toString(comparison.shape()),
              difference.map(d -> number(d, d.absolute())).orElse("-"),
              difference.map(d -> number(d, d.relative())).orElse("-"),
              comparison.tolerance() == 0 ? "0" : "%.0e".formatted(comparison.tolerance()),
              verdict(comparison)));
    }
    console.say("");
    verification
        .unknown()
        .forEach(
            (name, similar) ->
                console.say(
                    "No tensor is called %s; did you mean %s?"
                        .formatted(Printable.shortened(name), similar)));
    int more = verification.unknownTensors() - verification.unknown().size();
    if (more > 0) {
      console.say("%,d more have names that the case does not have.".formatted(more));
    }
    verification
        .firstDifference()
        .ifPresentOrElse(
            first -> {
              console.say("The first that differs is %s.".formatted(words(first)));
              explain(golden, verification.diagnosis());
            },
            () ->
                console.say(
                    verification.passes()
                        ? "Nothing differs."
                        : "Nothing differs of what was compared, but tensors with unknown names"
                            + " were not: this does not pass."));
  }

  private static String number(Difference difference, double size) {
    return Double.isNaN(difference.found()) ? "NaN" : "%.1e".formatted(size);
  }

  private static String verdict(ComparedTensor comparison) {
    if (comparison.passes()) {
      return "pass";
    }
    if (comparison.isTransposed()) {
      return "TRANSPOSED: expected " + Arrays.toString(comparison.expectedShape());
    }
    return comparison.difference().isPresent()
        ? "DIFFERS"
        : "WRONG SHAPE: expected " + Arrays.toString(comparison.expectedShape());
  }

  private static String words(ComparedTensor first) {
    String shapes =
        first.isTransposed() || first.difference().isEmpty()
            ? ", of shape %s: expected %s"
                .formatted(Arrays.toString(first.shape()), Arrays.toString(first.expectedShape()))
            : "";
    String values =
        first
            .difference()
            .map(
                d ->
                    d.absolute() == 0
                        ? ", the transpose of ours"
                        : ", by most at %s: expected %.10g, found %.10g"
                            .formatted(
                                Arrays.toString(first.index(d.at())), d.expected(), d.found()))
            .orElse("");
    return first.name() + shapes + values;
  }

  private void explain(GoldenCase golden, Diagnosis diagnosis) {
    for (Diagnosis.Cause cause : diagnosis.causes()) {
      console.say(
          "Explained, value by value, at %s: %s."
              .formatted(
                  cause.tensor(),
                  cause.mistakes().stream()
                      .map(Mistake::says)
                      .collect(Collectors.joining(";\n  or: "))));
    }
    diagnosis
        .unexplained()
        .ifPresent(
            name -> {
              console.say(
                  "No known mistake gives your %s%s."
                      .formatted(
                          name,
                          Mistake.all(golden).isEmpty()
                              ? ": those in Mult-VAE, Mult-DAE and RecVAE are"
                                  + " catalogued, no others"
                              : ""));
              diagnosis.remarks().forEach(remark -> console.say("  Note: " + remark + "."));
            });
  }

  static Map<String, Object> document(Verification verification) {
    return Json.object(
        "case", verification.golden().name(),
        "pass", verification.passes(),
        "firstDifference", verification.firstDifference().map(ComparedTensor::name).orElse(null),
        "tensors", verification.comparisons().stream().map(VerifyCommand::document).toList(),
        "unknownTensors", verification.unknownTensors(),
        "unknown",
            verification.unknown().entrySet().stream()
                .map(
                    entry ->
                        Json.object(
                            "name",
                            Printable.shortened(entry.getKey()),
                            "similar",
                            entry.getValue()))
                .toList(),
        "mistakes",
            verification.diagnosis().causes().stream()
                .map(
                    cause ->
                        Json.object(
                            "tensor",
                            cause.tensor(),
                            "oneOf",
                            cause.mistakes().stream().map(Mistake::says).toList()))
                .toList(),
        "unexplained", verification.diagnosis().unexplained().orElse(null),
        "remarks", verification.diagnosis().remarks());
  }

  private static Map<String, Object> document(ComparedTensor comparison) {
    Optional<Difference> difference = comparison.difference();
    return Json.object(
        "name", comparison.name(),
        "shape", comparison.shape(),
        "expectedShape", comparison.expectedShape(),
        "pass", comparison.passes(),
        "tolerance", comparison.tolerance(),
        "maxAbsolute", difference.map(Difference::absolute).orElse(null),
        "maxRelative", difference.map(Difference::relative).orElse(null),
        "at", difference.map(d -> comparison.index(d.at())).orElse(null),
        "expected", difference.map(Difference::expected).orElse(null),
        "found", difference.map(Difference::found).orElse(null));
  }
}
