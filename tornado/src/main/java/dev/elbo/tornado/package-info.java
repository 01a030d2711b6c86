/**
 * The {@code tornado} engine: float32 on a GPU, or on any other device that TornadoVM computes on.
 *
 * <p>The rooms and classes have the names of {@link dev.elbo.reference}, where the gradients are
 * derived; {@code products} is a room of its own. A layer's kernels are static methods, which also
 * run as plain Java; its instance adds them to task graphs. Parameters, moments and gradients stay
 * on the device: batches, noise and hyper-parameters go in, losses and scores come out. The host
 * prepares a batch and its noise while the device still computes the one before.
 *
 * <p>Rules that every kernel keeps, because TornadoVM breaks them in silence: no shift and no
 * {@code @Reduce}; one nest of {@code @Parallel} loops in a task, with bounds that do not change
 * and are multiples of a group ({@link dev.elbo.tornado.layers.Tasks#whole}); no array twice in a
 * task that writes it; what changes from batch to batch comes in an array, since scalars are
 * compiled in; a kernel with a context checks its bounds, since its grid is rounded up; local
 * memory that is handed to a method is as long as {@link dev.elbo.tornado.layers.Group#SHARED}
 * says; no parameter has the name of a function of OpenCL; a loop has one condition, since of two
 * with {@code ||} between them only the first counts; what a kernel reads was written in the same
 * execution or is kept from an earlier one.
 */
package dev.elbo.tornado;
