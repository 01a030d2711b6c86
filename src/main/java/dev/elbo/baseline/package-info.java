/** Models without layers that every network can be held against, fitted in one go. */
package dev.elbo.baseline;
