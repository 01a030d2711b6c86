package dev.elbo.bench;

/**
 * A part of an update, to be timed by itself.
 *
 * @param name what it computes
 * @param flops floating-point operations that it cannot do without
 * @param bytes what must come from memory or go there, whoever computes it
 * @param run computes it once
 */
record Part(String name, double flops, double bytes, Runnable run) {

  /**
   * The least time that it can take, in seconds: it computes while it moves what it can.
   *
   * @param peak floating-point operations per second
   * @param bandwidth bytes per second
   */
  double bound(double peak, double bandwidth) {
    return Math.max(flops / peak, bytes / bandwidth);
  }
}
