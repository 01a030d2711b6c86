package dev.elbo.cli.numerics;

import dev.elbo.ElboException;
import dev.elbo.cli.terminal.Console;
import dev.elbo.gradients.check.ComparedDerivative;
import dev.elbo.gradients.exercises.Attempt;
import dev.elbo.gradients.exercises.Attempt.Compared;
import dev.elbo.gradients.exercises.Exercise;
import dev.elbo.gradients.exercises.KnownMistake;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.Json;
import dev.elbo.own.OwnCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** An exercise, its hints, and what is said of an attempt at it. */
final class ShownExercise {

  /** How many wrong values of an array are shown. */
  private static final int SHOWN = 3;

  private final Console console;
  private final Exercise exercise;

  ShownExercise(Console console, Exercise exercise) {
    this.console = console;
    this.exercise = exercise;
  }

  void text() {
    exercise.template().lines().forEach(console::say);
    console.json(() -> Json.object("exercise", exercise.name(), "template", exercise.template()));
  }

  void write(Path file) {
    if (Files.exists(file)) {
      throw new ElboException(file + ": there is already such a file; it is left as it is");
    }
    if (file.getParent() != null) {
      AtomicFile.makeFolder(file.getParent());
    }
    AtomicFile.requireFolder(file);
    AtomicFile.writeString(file, exercise.template());
    console.say(
        "Wrote %s. Fill it in, and check it: gradcheck --exercise %s --file %s"
            .formatted(file, exercise.name(), file));
    console.json(() -> Json.object("exercise", exercise.name(), "file", file.toString()));
  }

  void hints(int wanted) {
    List<String> hints = exercise.hints();
    List<String> some = hints.subList(0, Math.min(wanted, hints.size()));
    for (int n = 0; n < some.size(); n++) {
      console.say("Hint %d of %d".formatted(n + 1, hints.size()));
      some.get(n).lines().forEach(line -> console.say("  " + line));
    }
    console.json(() -> Json.object("exercise", exercise.name(), "hints", some));
  }

  /** Whether what is in the file is right. */
  boolean check(Path file, long seed) {
    OwnCode code = OwnCode.ofFile(file, message -> message.lines().forEach(console::note));
    Attempt attempt = Attempt.of(exercise, code.implementing(exercise.task()), seed);
    console.say("%s: %s".formatted(exercise.name(), exercise.formula()));
    if (!attempt.forward().isEmpty()) {
      pass("forward", attempt.forward(), "is to be");
    }
    if (!attempt.backward().isEmpty()) {
      pass("backward", attempt.backward(), "measured");
    }
    attempt.failure().ifPresent(failure -> console.say(failure.getMessage()));
    console.say("");
    console.say(verdict(attempt));
    console.json(() -> document(attempt));
    return attempt.isRight();
  }

  /** A line for each array that is right, and the first values of each that is not. */
  private void pass(String pass, List<Compared> arrays, String other) {
    for (Compared array : arrays) {
      List<ComparedDerivative> wrong = array.wrong();
      int size = array.values().size();
      if (wrong.isEmpty()) {
        console.say(
            "%-9s %-10s right%s"
                .formatted(
                    pass, array.array(), size == 1 ? "" : " in all %,d values".formatted(size)));
        continue;
      }
      console.say(
          "%-9s %-10s WRONG%s"
              .formatted(
                  pass,
                  array.array(),
                  size == 1 ? "" : " in %,d of %,d values".formatted(wrong.size(), size)));
      console.say("  %-36s %16s %16s".formatted("", "yours", other));
      for (ComparedDerivative one : wrong.subList(0, Math.min(SHOWN, wrong.size()))) {
        console.say("  %-36s %16.9f %16.9f".formatted(one.place(), one.analytic(), one.numeric()));
      }
      array
          .factor()
          .ifPresent(
              factor ->
                  console.say(
                      size == 1
                          ? "  Yours is %s times what it is to be.".formatted(number(factor))
                          : "  All of yours are %s times what they are to be."
                              .formatted(number(factor))));
      for (KnownMistake mistake : array.looksLike()) {
        console.say("  It looks like %s. %s.".formatted(mistake.name(), mistake.what()));
      }
      if (array.looksLike().isEmpty()) {
        console.say("  It looks like none of the known mistakes.");
      }
    }
  }

  private static String number(double factor) {
    long whole = Math.round(factor);
    return Math.abs(factor - whole) < 1e-6 ? "" + whole : "%.6g".formatted(factor);
  }

  private String verdict(Attempt attempt) {
    if (attempt.isRight()) {
      return attempt.backward().isEmpty()
          ? "Right."
          : "Right: forward, and backward is its derivative.";
    }
    boolean isForwardRight =
        !attempt.forward().isEmpty()
            && attempt.forward().stream().allMatch(array -> array.wrong().isEmpty());
    String found =
        attempt.failure().isPresent()
            ? OwnCode.isNotWritten(attempt.failure().get()) ? "Not finished" : "It failed"
            : isForwardRight
                ? "Wrong: the gradient is not that of the function, which is right"
                : attempt.backward().stream().allMatch(array -> array.wrong().isEmpty())
                    ? "Wrong: the function itself"
                        + (attempt.backward().isEmpty() ? "" : "; the gradient is right")
                    : "Wrong: the function itself, and the gradient";
    return "%s. There are %d hints: gradcheck --exercise %s --hint 1"
        .formatted(found, exercise.hints().size(), exercise.name());
  }

  private Object document(Attempt attempt) {
    return Json.object(
        "exercise",
        exercise.name(),
        "right",
        attempt.isRight(),
        "failure",
        attempt.failure().map(ElboException::getMessage).orElse(null),
        "forward",
        attempt.forward().stream().map(ShownExercise::document).toList(),
        "backward",
        attempt.backward().stream().map(ShownExercise::document).toList());
  }

  private static Object document(Compared array) {
    return Json.object(
        "array",
        array.array(),
        "values",
        array.values().size(),
        "looksLike",
        array.looksLike().stream().map(KnownMistake::name).collect(Collectors.toList()),
        "wrong",
        array.wrong().stream()
            .map(
                one ->
                    Json.object(
                        "place", one.place(), "yours", one.analytic(), "expected", one.numeric()))
            .toList());
  }
}
