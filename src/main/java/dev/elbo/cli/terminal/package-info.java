/**
 * What a command shows, and where: results in words and as JSON, progress, help, and what is said
 * when it is stopped.
 */
package dev.elbo.cli.terminal;
