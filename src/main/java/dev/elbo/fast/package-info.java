/**
 * The engine for speed: float32 on all cores, with the JDK's Vector API. The class names are those
 * of {@link dev.elbo.reference}, where each gradient is derived.
 */
package dev.elbo.fast;
