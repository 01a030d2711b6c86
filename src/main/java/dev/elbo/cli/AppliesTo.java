package dev.elbo.cli;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** The models that an option is for. On a class, those of all its other options. */
@Retention(RetentionPolicy.RUNTIME)
@interface AppliesTo {

  Family value();
}
