/** The layers between a batch's items and the first weights, which change stored values only. */
package dev.elbo.tornado.input;
