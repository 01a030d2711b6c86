package dev.elbo.gradients.check;

import java.util.function.Function;

/**
 * A deliberately wrong backward pass.
 *
 * @param name short, with hyphens; no two are the same
 * @param what the wrong formula and what is wrong with it, in one sentence
 * @param wrong what such a backward pass claims
 */
public record WrongBackward(String name, String what, Function<Shape, Claim> wrong) {}
