package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.options.ModelArgument;
import dev.elbo.cli.terminal.Browser;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Titles;
import dev.elbo.recommend.RecommenderModel;
import dev.elbo.serve.Limits;
import dev.elbo.serve.Server;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code elbo serve}: a trained model behind HTTP. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Answer over HTTP with a trained model, and show a page to try it on. A new model in the"
            + " directory is picked up when it appears.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo serve --model-dir model --titles movies.dat",
      "  curl localhost:8080/recommend -d '{\"items\": [\"1193\", \"661\"], \"k\": 5}'"
    })
final class ServeCommand implements Runnable {

  private static final int HIGHEST_PORT = 65_535;

  @Mixin private Console console;

  @Mixin private ModelArgument model;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description =
          "the address to listen on; an address that others can reach requires --token-file")
  private String host = "127.0.0.1";

  @Option(names = "--port", description = "the port to listen on; 0 for any that is free")
  private int port = 8080;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "a file with a token, which every client must show as Authorization: Bearer")
  private Path tokenFile;

  @Option(
      names = "--name",
      description =
          "what the model is called under /v2/models (default: the name of its directory)")
  private String name;

  @Option(names = "--log", description = "print a line for each request")
  private boolean log;

  @Mixin private Titles titles;
  @Mixin private EngineArguments engine;
  @Mixin private Browser browser;

  @Override
  public void run() {
    if (port < 0 || port > HIGHEST_PORT) {
      throw console.wrongUsage(
          "--port: expected a number from 0 to %d, found %d".formatted(HIGHEST_PORT, port));
    }
    SavedModel.describe(model.directory());
    engine.requireKnown();
    titles.read();
    Optional<String> token = Optional.ofNullable(tokenFile).map(ServeCommand::token);
    Server.Options options = console.checked(() -> options(token));
    Server server =
        Server.start(
            options,
            model.directory(),
            saved -> RecommenderModel.of(saved, engine.name(), engine.threads()),
            titles.byId(),
            console::note);
    String url =
        "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, server.port());
    console.say("Listening on " + url);
    console.json(() -> Map.of("url", url));
    try {
      server.awaitModel();
    } catch (ElboException e) {
      server.close();
      throw e;
    }
    browser.show(URI.create(url), console);
    untilTheProgramEnds(server);
  }

  private Server.Options options(Optional<String> token) {
    return new Server.Options(
        new InetSocketAddress(host, port),
        token,
        name == null ? directoryName() : name,
        log,
        Limits.USUAL);
  }

  private String directoryName() {
    return model.directory().toAbsolutePath().normalize().getFileName().toString();
  }

  /**
   * Answers until the program is stopped, by Ctrl-C or SIGTERM; what has been asked is answered.
   */
  private void untilTheProgramEnds(Server server) {
    var ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  console.note("Stopped.");
                  ended.countDown();
                }));
    try {
      ended.await();
    } catch (InterruptedException _) {
      server.close();
    }
  }

  private static String token(Path file) {
    String token;
    try {
      token = Files.readString(file).strip();
    } catch (IOException e) {
      throw ElboException.cannot("be read", file, e);
    }
    if (!token.matches("[!-~]+")) {
      throw ElboException.in(
          file,
          "expected a token on one line, of letters, digits and signs of ASCII without spaces");
    }
    return token;
  }
}
