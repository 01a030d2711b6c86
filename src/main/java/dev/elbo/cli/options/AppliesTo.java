package dev.elbo.cli.options;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** The models that an option is for. On a class, those of all its other options. */
@Retention(RetentionPolicy.RUNTIME)
public @interface AppliesTo {

  Family value();
}
