/**
 * From ratings to batches: read, filter, split, index. External ids (strings) appear in this
 * package and at the program's edge only; everywhere else users and items are dense integers.
 */
package dev.elbo.data;
