/**
 * Linear algebra in float32 on all cores, with the JDK's Vector API: matrices, their products, a
 * factorisation, functions of many values at once, and the threads that compute them. Nothing here
 * knows of layers or models. The same input gives the same bits, whatever the number of threads and
 * the width of vectors.
 */
package dev.elbo.linalg;
