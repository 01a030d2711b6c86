package dev.elbo.bench;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Update;
import dev.elbo.model.Architecture;
import dev.elbo.model.KlWeight;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Network.Block;
import dev.elbo.model.Parameters;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** A model whose updates are measured, as its authors have it. */
enum Measured {
  /** Liang et al. (2018): one hidden layer; an update changes all parameters. */
  MULT_VAE(Architecture.MULT_VAE) {
    @Override
    Model model(int items, int hidden, int latent) {
      return MultVae.model(items, hidden, latent);
    }

    @Override
    List<Kind> kinds() {
      return List.of(
          new Kind("Mult-VAE", Update.ALL, /* dropout= */ true, KlWeight.of(MultVae.BETA)));
    }

    @Override
    TorchModel torch(TorchModel.Input input, Model model, EngineState start) {
      return new TorchMultVae(input, model, start.parameters());
    }
  },

  /** Liang et al. (2018): no hidden layer beside the latent one, which is not stochastic. */
  MULT_DAE(Architecture.MULT_DAE) {
    @Override
    Model model(int items, int hidden, int latent) {
      return new ModelOptions(Architecture.MULT_DAE, List.of(), latent, MultVae.DROPOUT, 0)
          .model(items);
    }

    @Override
    List<Kind> kinds() {
      return List.of(new Kind("Mult-DAE", Update.ALL, /* dropout= */ true, KlWeight.of(0)));
    }

    @Override
    TorchModel torch(TorchModel.Input input, Model model, EngineState start) {
      return new TorchMultDae(input, model, start.parameters());
    }
  },

  /** Shenbin et al. (2020): five hidden layers; an update changes the encoder or the decoder. */
  RECVAE(Architecture.RECVAE) {
    @Override
    Model model(int items, int hidden, int latent) {
      return ModelOptions.withMixture(
              Architecture.RECVAE,
              Collections.nCopies(TorchRecVae.LAYERS, hidden),
              latent,
              MultVae.DROPOUT,
              TorchRecVae.PRIOR,
              TorchRecVae.NORM_EPSILON)
          .model(items);
    }

    @Override
    List<Kind> kinds() {
      var klWeight = new KlWeight(TorchRecVae.GAMMA, /* perItem= */ true);
      return List.of(
          new Kind("RecVAE's encoder", Set.of(Block.ENCODER), /* dropout= */ true, klWeight),
          new Kind("RecVAE's decoder", Set.of(Block.DECODER), /* dropout= */ false, klWeight));
    }

    @Override
    TorchModel torch(TorchModel.Input input, Model model, EngineState start) {
      return new TorchRecVae(input, model, start);
    }
  },

  /** Sachdeva et al. (2019): item vectors, a recurrent layer, and tanh layers; of 256, 200, 150. */
  SVAE(Architecture.SVAE) {
    @Override
    Model model(int items, int hidden, int latent) {
      List<Integer> widths = List.of(hidden * 256 / 200, hidden, hidden * 150 / 200);
      return new ModelOptions(Architecture.SVAE, widths, latent, 0, 0).model(items);
    }

    @Override
    List<Kind> kinds() {
      return List.of(new Kind("SVAE", Update.ALL, /* dropout= */ false, KlWeight.of(MultVae.BETA)));
    }

    @Override
    TorchModel torch(TorchModel.Input input, Model model, EngineState start) {
      return new TorchSvae(input, model, start.parameters());
    }

    @Override
    CsrMatrix users(int users, int items) {
      CsrMatrix drawn = super.users(users, items);
      return new CsrMatrix(items, drawn.indptr(), drawn.indices(), /* sequence= */ drawn.indices());
    }
  };

  private final Architecture architecture;

  Measured(Architecture architecture) {
    this.architecture = architecture;
  }

  /** The model of some shape. */
  abstract Model model(int items, int hidden, int latent);

  /** The kinds of update that train it. */
  abstract List<Kind> kinds();

  /** The same in PyTorch. */
  abstract TorchModel torch(TorchModel.Input input, Model model, EngineState start);

  /** Users for it, {@code [users, I]}, in an order where it reads them in one. */
  CsrMatrix users(int users, int items) {
    return SyntheticUsers.draw(users, items);
  }

  /** What an engine has before the first update. */
  EngineState start(Model model) {
    return EngineState.initial(Parameters.initial(model, 1, architecture.defaultInitialization()));
  }

  /** As an option has it. */
  @Override
  public String toString() {
    return architecture.toString();
  }
}
