/**
 * What the tests of several packages share: gradient checks, tolerances, random shapes, and the
 * contract that every engine is put under.
 */
package dev.elbo.testing;
