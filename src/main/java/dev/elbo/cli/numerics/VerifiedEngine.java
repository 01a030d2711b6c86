package dev.elbo.cli.numerics;

import dev.elbo.ElboException;
import dev.elbo.cli.terminal.Console;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.Engines;
import dev.elbo.io.Json;
import dev.elbo.verify.ComparedTensor;
import dev.elbo.verify.GoldenCase;
import dev.elbo.verify.Verification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All golden cases, as an engine computes them: a line for each, with the tensor that is the
 * farthest off of what it may be.
 *
 * @param console takes the lines
 * @param engine the engine, and perhaps its device
 * @param tolerance largest relative difference that passes; if empty, one for its precision
 */
record VerifiedEngine(Console console, String engine, Optional<Double> tolerance) {

  private static final String LINE = "%-24s %7s  %9s  %9s  %s";

  /**
   * A case.
   *
   * @throws ElboException if the engine has not all that the case asks for
   */
  static Verification of(GoldenCase golden, EngineProvider engine, Optional<Double> tolerance) {
    lacking(golden, engine)
        .ifPresent(
            part -> {
              throw new ElboException(
                  "engine '%s' has no %s, which %s asks for; choose another case"
                      .formatted(engine.name(), part, golden.name()));
            });
    return Verification.of(golden, engine, Runtime.getRuntime().availableProcessors(), tolerance);
  }

  private static Optional<String> lacking(GoldenCase golden, EngineProvider engine) {
    return engine.lacking(golden.model()).or(() -> engine.lacking(golden.asked().outputs()));
  }

  /** Computes and compares; returns whether nothing differs. */
  boolean run() {
    EngineProvider provider = Engines.byName(engine);
    List<Map<String, Object>> documents = new ArrayList<>();
    boolean passes = true;
    console.say(LINE.formatted("case", "tensors", "max rel", "allowed", "of").stripTrailing());
    for (String name : GoldenCase.NAMES) {
      GoldenCase golden = GoldenCase.of(name);
      Optional<String> lacking = lacking(golden, provider);
      if (lacking.isPresent()) {
        console.say("%-24s left out: the engine has no %s".formatted(name, lacking.get()));
        documents.add(Json.object("case", name, "lacking", lacking.get()));
        continue;
      }
      Verification verification = of(golden, provider, tolerance);
      passes &= verification.passes();
      console.say(line(verification));
      documents.add(VerifyCommand.document(verification));
    }
    console.say("");
    console.say(passes ? "Nothing differs." : "See a case as a whole with --case.");
    console.json(() -> Json.object("engine", engine, "cases", documents));
    return passes;
  }

  private static String line(Verification verification) {
    ComparedTensor worst = verification.firstDifference().orElseGet(verification::worst);
    return LINE.formatted(
        verification.golden().name(),
        verification.comparisons().size(),
        worst.difference().map(d -> "%.1e".formatted(d.relative())).orElse("-"),
        "%.0e".formatted(worst.tolerance()),
        worst.name() + (verification.passes() ? "" : ", the first that DIFFERS"));
  }
}
