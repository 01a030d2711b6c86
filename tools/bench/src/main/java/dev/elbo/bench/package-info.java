/**
 * Measurements: Elbo's fast engine against PyTorch, OpenBLAS, netlib and EJML in the same run,
 * against what arithmetic and memory of the machine allow, and against itself at growing sizes.
 * Every program is started by the script of its name in {@code tools/bench}.
 */
package dev.elbo.bench;
