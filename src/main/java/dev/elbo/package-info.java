/**
 * Collaborative filtering with variational and denoising autoencoders: explicit, analytic gradients
 * and no autograd, on engines that are checked against each other.
 *
 * <p>Data flows one way: a ratings file becomes {@link dev.elbo.data.Interactions}, is filtered and
 * split into {@link dev.elbo.data.PreparedData}, reaches an {@link dev.elbo.engine.Engine} as
 * {@link dev.elbo.data.Batch}es, and comes out as an evaluation or as recommendations.
 *
 * <p>Shapes in every comment: {@code B} users in a batch, {@code I} items, {@code H} hidden units,
 * {@code K} latent units, {@code N} stored values of a sparse batch. Weights are {@code [out, in]};
 * activations are {@code [B, width]}, row-major.
 */
package dev.elbo;
