package dev.elbo.train;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.elbo.engine.Update;
import dev.elbo.model.Network.Block;
import java.util.Set;

/** What the epochs of a run change, in turn. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "recipe")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Recipe.Joint.class, name = "joint"),
  @JsonSubTypes.Type(value = Recipe.Alternating.class, name = "alternating")
})
public sealed interface Recipe {

  /**
   * What one epoch does.
   *
   * @param blocks what its updates change
   * @param dropout whether they drop any of the input
   * @param freezes whether the prior takes a copy of the encoder after it
   * @param endsRound whether the model after it is one to keep
   */
  record Epoch(Set<Block> blocks, boolean dropout, boolean freezes, boolean endsRound) {}

  /**
   * What an epoch does.
   *
   * @param number of the epoch, from 1
   */
  Epoch epoch(int number);

  /** Number of epochs after which it begins again. */
  int round();

  /** Every update changes all parameters. */
  record Joint() implements Recipe {
    @Override
    public Epoch epoch(int number) {
      return new Epoch(Update.ALL, /* dropout= */ true, /* freezes= */ true, /* endsRound= */ true);
    }

    @Override
    public int round() {
      return 1;
    }
  }

  /**
   * Encoder and decoder are trained in turn (Shenbin et al. 2020, algorithm 1): the encoder on
   * input that is dropped out, then the prior takes a copy of it, then the decoder on the whole
   * input.
   *
   * @param encoderEpochs epochs that change the encoder
   * @param decoderEpochs epochs that change the decoder
   */
  record Alternating(int encoderEpochs, int decoderEpochs) implements Recipe {
    /** The authors': three epochs of the encoder, one of the decoder. */
    public static final Alternating SHENBIN = new Alternating(3, 1);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is below 1
     */
    public Alternating {
      if (encoderEpochs < 1 || decoderEpochs < 1) {
        throw new IllegalArgumentException(
            "a round has at least one epoch of the encoder and one of the decoder, not %d and %d"
                .formatted(encoderEpochs, decoderEpochs));
      }
    }

    @Override
    public Epoch epoch(int number) {
      int ofRound = (number - 1) % round() + 1;
      return ofRound <= encoderEpochs
          ? new Epoch(
              Set.of(Block.ENCODER),
              /* dropout= */ true,
              /* freezes= */ ofRound == encoderEpochs,
              /* endsRound= */ false)
          : new Epoch(
              Set.of(Block.DECODER),
              /* dropout= */ false,
              /* freezes= */ false,
              /* endsRound= */ ofRound == round());
    }

    @Override
    public int round() {
      return encoderEpochs + decoderEpochs;
    }
  }
}
