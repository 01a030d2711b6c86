/**
 * Measurements: Elbo's fast engine against PyTorch and EJML in the same run, against the peak of
 * the machine, and against itself at growing sizes. Every program is started by the script of its
 * name in {@code tools/bench}.
 */
package dev.elbo.bench;
