/**
 * What comes before the first weight: a pass that is made ready, and layers that read its values.
 */
package dev.elbo.tornado.input;
