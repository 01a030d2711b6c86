/** Many runs with different options, and the best of them on the validation users. */
package dev.elbo.search;
