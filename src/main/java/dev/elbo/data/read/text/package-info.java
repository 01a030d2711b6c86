/**
 * From the bytes of a file to its lines and fields, whatever packs them and whatever separates
 * them; what the fields mean is for {@link dev.elbo.data.read}.
 */
package dev.elbo.data.read.text;
