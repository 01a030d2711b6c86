/**
 * Options that several commands share, and what they are read into: an engine, a model, a ratings
 * file's columns, histories, items to leave out.
 */
package dev.elbo.cli.options;
