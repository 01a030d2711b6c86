package dev.elbo.engine;

import dev.elbo.model.Initialization;
import dev.elbo.model.Model;
import dev.elbo.model.Network.Block;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * All that an engine carries from one update to the next.
 *
 * @param parameters the model's parameters
 * @param firstMoments Adam's running mean of the gradients; {@link Parameters#NONE} for zeros
 * @param secondMoments Adam's running mean of the squared gradients; likewise
 * @param frozen the encoder as it was when the prior last took a copy; {@link Parameters#NONE} for
 *     a prior that takes none, or for the encoder as it is
 * @param updates how often each block has been updated
 */
public record EngineState(
    Parameters parameters,
    Parameters firstMoments,
    Parameters secondMoments,
    Parameters frozen,
    Updates updates)
    implements Serializable {

  /**
   * How often each block has been updated: what Adam corrects its moments by.
   *
   * @param encoder updates of the encoder
   * @param decoder updates of the decoder
   */
  public record Updates(long encoder, long decoder) implements Serializable {
    /** Before the first. */
    public static final Updates NONE = new Updates(0, 0);

    /** Those of one block. */
    public long of(Block block) {
      return switch (block) {
        case ENCODER -> encoder;
        case DECODER -> decoder;
      };
    }

    /** After one more update of some blocks. */
    public Updates after(Set<Block> blocks) {
      return new Updates(
          encoder + (blocks.contains(Block.ENCODER) ? 1 : 0),
          decoder + (blocks.contains(Block.DECODER) ? 1 : 0));
    }
  }

  /** The state before the first update; a prior that takes copies of the encoder has one of it. */
  public static EngineState initial(Parameters parameters) {
    return new EngineState(
        parameters, Parameters.NONE, Parameters.NONE, Parameters.NONE, Updates.NONE);
  }

  /**
   * The state before the first update of a run.
   *
   * @param seed of the initial values
   * @param initialization how they are drawn
   */
  public static EngineState initial(Model model, long seed, Initialization initialization) {
    EngineState initial = initial(Parameters.initial(model, seed, initialization));
    return switch (initialization.firstPrior()) {
      case COPY -> initial;
      case DRAWN -> {
        int unused = model.parameters().size(); // a stream that no parameter has
        yield initial.withFrozen(Parameters.initial(frozenOf(model), unused, seed, initialization));
      }
    };
  }

  /** The same state with another encoder for the prior. */
  public EngineState withFrozen(Parameters encoder) {
    return new EngineState(parameters, firstMoments, secondMoments, encoder, updates);
  }

  /** The tensors that a model's prior remembers; none for most models. */
  public static List<ParameterSpec> frozenOf(Model model) {
    return model.objective().prior() instanceof Composite
        ? model.network().parameters(Block.ENCODER)
        : List.of();
  }

  /** Whether there are moments; without, they are zero. */
  public boolean hasMoments() {
    return !firstMoments.tensors().isEmpty() || !secondMoments.tensors().isEmpty();
  }

  /**
   * Checks that these are the tensors of a model.
   *
   * @throws IllegalArgumentException naming the first that is missing, unknown, or of another shape
   */
  public void requireTensorsOf(Model model) {
    parameters.requireTensorsOf(model);
    if (hasMoments()) {
      firstMoments.requireTensorsOf(model);
      secondMoments.requireTensorsOf(model);
    }
    if (!frozen.tensors().isEmpty()) {
      frozen.require(frozenOf(model));
    }
  }

  /** What the prior of a model remembers. */
  public Parameters frozen(Model model) {
    return frozen.tensors().isEmpty() ? parameters.only(frozenOf(model)) : frozen;
  }
}
