package dev.elbo.gradients.exercises;

import dev.elbo.gradients.check.Claim.Variable;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is often written instead.
 *
 * @param name short, with hyphens
 * @param what the wrong formula and what is wrong with it, in one sentence
 * @param values what it gives for a shape: each tensor's gradient, or an output, by name
 */
public record KnownMistake(
    String name, String what, Function<Shape, Map<String, double[]>> values) {

  static KnownMistake of(WrongBackward wrong) {
    return new KnownMistake(
        wrong.name(),
        wrong.what(),
        shape ->
            wrong.wrong().apply(shape).variables().stream()
                .collect(Collectors.toMap(Variable::name, Variable::gradient)));
  }
}
