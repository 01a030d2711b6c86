/**
 * Any system's recommendations under every definition of every metric in use: what is wrong with
 * them, what the figures are, how far ties can move them, and which definition gives a figure that
 * somebody reports.
 */
package dev.elbo.audit;
