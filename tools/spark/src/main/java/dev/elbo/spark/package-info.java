/**
 * Jobs for Apache Spark: what the commands of the same names do on one machine, on data that one
 * machine does not hold.
 */
package dev.elbo.spark;
