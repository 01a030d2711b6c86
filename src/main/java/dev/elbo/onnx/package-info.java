/**
 * Trained models as graphs of ONNX, for programs without Java: what scoring computes, in the
 * operators of the format.
 */
package dev.elbo.onnx;
