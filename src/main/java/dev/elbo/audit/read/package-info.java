/** What other programs recommend, and what they are to be judged by, from the files they write. */
package dev.elbo.audit.read;
