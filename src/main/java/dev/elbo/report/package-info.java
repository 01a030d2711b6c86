/**
 * A report on trained models as one HTML document: records go in, text comes out. Nothing is read
 * from the network, and no script runs; pictures are PNGs within the document, each drawn for light
 * and for dark pages. The same input gives the same bytes on the same machine, whose fonts the
 * pictures are drawn with.
 */
package dev.elbo.report;
