package dev.elbo.reference;

import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.GuardedEngine;
import dev.elbo.model.Model;
import dev.elbo.own.OwnCode;
import dev.elbo.own.OwnParts;
import dev.elbo.own.Task;
import dev.elbo.own.Witness;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The {@code reference} engine: runs everywhere. */
public final class ReferenceEngineProvider implements EngineProvider {

  private final Parts parts;
  private final String description;

  /** The engine as it is. */
  public ReferenceEngineProvider() {
    this(Parts.RIGHT, "EJML, float64, on the CPU: the one to check others against");
  }

  private ReferenceEngineProvider(Parts parts, String description) {
    this.parts = parts;
    this.description = description;
  }

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.empty();
  }

  @Override
  public List<String> devices() {
    return List.of("CPU, %d threads".formatted(Runtime.getRuntime().availableProcessors()));
  }

  /**
   * The engine with layers that somebody has written in the places of its own.
   *
   * @param folder of Java files, whose classes implement {@link Task}s. They run with all rights of
   *     this program.
   */
  @Override
  public EngineProvider on(String folder) {
    Map<Class<?>, Object> written = OwnCode.ofFolder(Path.of(folder)).implemented();
    String names =
        written.keySet().stream().map(Class::getSimpleName).collect(Collectors.joining(", "));
    return new ReferenceEngineProvider(
        new OwnParts(List.copyOf(written.values()), Witness.NONE),
        "the reference engine with %s of %s".formatted(names, folder));
  }

  @Override
  public Engine create(Model model, EngineState state, int threads) {
    return create(model, state, threads, parts);
  }

  /**
   * An engine that computes with other parts.
   *
   * @param parts what it computes with
   */
  public Engine create(Model model, EngineState state, int threads, Parts parts) {
    return new GuardedEngine(new ReferenceEngine(model, state, threads, parts));
  }
}
