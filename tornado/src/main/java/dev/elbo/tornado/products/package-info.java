/**
 * What computes the matrix products of dense layers, {@link dev.elbo.tornado.layers.Products}:
 * kernels of ours for GPUs and for CPUs, and cuBLAS.
 */
package dev.elbo.tornado.products;
