/** Files: safetensors, atomic writes, titles, logs. */
package dev.elbo.io;
