/** Solutions of the exercises: what the lessons derive, in plain arrays. */
package dev.elbo.gradients.exercises.solutions;
