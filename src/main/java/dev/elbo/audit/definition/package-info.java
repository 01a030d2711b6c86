/**
 * What metrics of the same name mean in different projects: the arithmetic of {@link
 * dev.elbo.eval}, each with the files and commits that it was read from.
 */
package dev.elbo.audit.definition;
