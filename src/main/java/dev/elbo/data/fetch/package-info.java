/** Fetches public data sets: download, checksum, unpack. */
package dev.elbo.data.fetch;
