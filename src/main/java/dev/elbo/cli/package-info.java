/**
 * The command line: one class for each command; what they take and show has rooms of its own below.
 * Only these packages print. Results go to standard output, progress and words to standard error;
 * with {@code --json}, standard output holds one JSON document and nothing else.
 */
package dev.elbo.cli;
