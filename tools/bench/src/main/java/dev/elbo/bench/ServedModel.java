package dev.elbo.bench;

import dev.elbo.data.CsrMatrix;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.model.Architecture;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import dev.elbo.recommend.RecommenderModel;
import dev.elbo.serve.Limits;
import dev.elbo.serve.Server;
import dev.elbo.train.RunOptions;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A server of a model of the size that is asked for, and what to ask it. */
final class ServedModel {

  private ServedModel() {}

  /** A model with initial parameters, which take as long to score with as any. */
  static SavedModel of(MultVae vae, long seed) {
    RunOptions.OfNetwork run =
        RunOptions.of(Architecture.MULT_VAE)
            .with(
                new ModelOptions(
                    Architecture.MULT_VAE, List.of(vae.hidden), vae.latent, MultVae.DROPOUT, 0));
    return new SavedModel(
        new SavedModel.Description(
            "bench",
            "fast",
            run,
            /* dataSha256= */ "seed " + seed,
            /* minRating= */ null,
            ReadingOptions.DEFAULT,
            /* bestEpoch= */ 1,
            new LinkedHashMap<>(),
            /* unrated= */ List.of()),
        Parameters.initial(vae.model(), seed),
        IntStream.range(0, vae.items).mapToObj(Integer::toString).toList());
  }

  /**
   * A server of a model directory, on any port of this machine; it has loaded the model.
   *
   * @param batch how many users it scores together at most
   */
  static Server serve(
      Path folder,
      Function<SavedModel, RecommenderModel> computed,
      int batch,
      Consumer<String> log) {
    Limits usual = Limits.USUAL;
    var limits =
        new Limits(
            usual.bodyBytes(),
            usual.users(),
            usual.history(),
            usual.filter(),
            usual.k(),
            usual.waitingUsers(),
            batch,
            usual.patience(),
            usual.connections());
    var options =
        new Server.Options(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Optional.empty(),
            "bench",
            /* logsRequests= */ false,
            limits);
    Server server = Server.start(options, folder, computed, Map.of(), log);
    server.awaitModel();
    return server;
  }

  /** The body of a request for each of some users. */
  static List<String> requests(int users, int items) {
    CsrMatrix histories = SyntheticUsers.draw(users, items);
    return IntStream.range(0, users)
        .mapToObj(
            user ->
                Arrays.stream(histories.row(user))
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining("\", \"", "{\"items\": [\"", "\"]}")))
        .toList();
  }

  /** A folder for a model. */
  static Path folder() {
    try {
      return Files.createTempDirectory("elbo-bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a folder with what is in it. */
  static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(file -> file.delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
