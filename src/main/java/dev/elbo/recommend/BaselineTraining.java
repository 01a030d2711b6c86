package dev.elbo.recommend;

import dev.elbo.train.RunOptions;

/** How to fit a baseline. */
public final class BaselineTraining extends Training<BaselineTraining> {

  private final RunOptions.OfBaseline options;

  BaselineTraining(RunOptions.OfBaseline options, Setting setting) {
    super(setting);
    this.options = options;
  }

  @Override
  BaselineTraining with(Setting other) {
    return new BaselineTraining(options, other);
  }

  @Override
  public RunOptions.OfBaseline options() {
    return options;
  }
}
