/**
 * The command line: one class for each command. The only package that prints. Results go to
 * standard output, progress and words to standard error; with {@code --json}, standard output holds
 * one JSON document and nothing else.
 */
package dev.elbo.cli;
