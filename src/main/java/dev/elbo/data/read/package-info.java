/**
 * From the files that others wrote to {@link dev.elbo.data.Interactions}, and to titles. Whatever
 * the bytes are, the answer is a result or one error with the file and, where there is one, the
 * line.
 */
package dev.elbo.data.read;
