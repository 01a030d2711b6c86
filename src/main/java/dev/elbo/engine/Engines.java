package dev.elbo.engine;

import dev.elbo.ElboException;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Finds the engines that are there. */
public final class Engines {

  private Engines() {}

  /** All engines on the class path, those that cannot run here included, by name. */
  public static List<EngineProvider> all() {
    return ServiceLoader.load(EngineProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(EngineProvider::name))
        .toList();
  }

  /**
   * The engine of a name.
   *
   * @param name as {@link EngineProvider#name} gives it
   * @throws ElboException if there is none, or it cannot run here
   */
  public static EngineProvider byName(String name) {
    List<EngineProvider> all = all();
    EngineProvider provider =
        all.stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new ElboException(
                        "there is no engine '%s'; choose one of: %s"
                            .formatted(
                                name,
                                all.stream()
                                    .map(e -> e.name() + " (" + e.description() + ")")
                                    .collect(Collectors.joining(", ")))));
    provider
        .unavailable()
        .ifPresent(
            reason -> {
              throw new ElboException("engine '%s' cannot run here: %s".formatted(name, reason));
            });
    return provider;
  }
}
