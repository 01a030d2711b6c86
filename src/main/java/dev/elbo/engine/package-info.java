/** The contract that every engine keeps, and how an engine is chosen. */
package dev.elbo.engine;
