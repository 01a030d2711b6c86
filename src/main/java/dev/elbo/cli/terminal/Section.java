package dev.elbo.cli.terminal;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** What an option is for: its heading in {@code --help}. On a class, that of all its options. */
@Retention(RetentionPolicy.RUNTIME)
public @interface Section {

  Of value();

  /** The sections, in their order. */
  enum Of {
    FILES("Files"),
    SEARCH("Search"),
    FILTER("What is kept"),
    SPLIT("Split"),
    MODEL("Model"),
    TRAINING("Training"),
    SCHEDULE("Learning rate over the run"),
    SELECTION("Validation"),
    EVALUATION("Evaluation"),
    DIALECT("As other implementations do"),
    LATENT("Latent layer, and training in turn"),
    SEQUENCES("Of svae"),
    BASELINES("Of baselines"),
    RUNNING("Running");

    private final String heading;

    Of(String heading) {
      this.heading = heading;
    }

    /** What stands above its options. */
    public String heading() {
      return heading;
    }
  }
}
