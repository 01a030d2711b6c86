/**
 * The options of a run, the models they are for, and the dialects that stand for several of them:
 * from a command line to {@link dev.elbo.train.RunOptions}.
 */
package dev.elbo.cli.run;
