/** From scores to recommendations: top-N for known and new users, similar items. */
package dev.elbo.recommend;
