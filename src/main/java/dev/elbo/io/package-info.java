/** Files: safetensors, JSON, lists of ids; written whole or not at all. */
package dev.elbo.io;
