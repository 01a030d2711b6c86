/**
 * Layers and losses that somebody has written, in plain arrays, as parts of the reference engine.
 *
 * <p>A {@link dev.elbo.own.Task} says what is to be written; {@link dev.elbo.own.OwnCode} compiles
 * it; {@link dev.elbo.own.OwnParts} puts it where the engine's own part stands. So it can be
 * checked by itself ({@code elbo gradcheck --exercise}), and it can train and score models ({@code
 * --engine reference:FOLDER}).
 */
package dev.elbo.own;
