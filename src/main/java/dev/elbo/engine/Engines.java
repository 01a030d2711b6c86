package dev.elbo.engine;

import dev.elbo.DidYouMean;
import dev.elbo.ElboException;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds the engines that are there. */
public final class Engines {

  private Engines() {}

  /**
   * All engines, those that cannot run here included, by name. That of TornadoVM is a module of its
   * own, so it may not be there at all.
   */
  public static List<EngineProvider> all() {
    Map<String, EngineProvider> byName = new TreeMap<>();
    byName.put(MissingTornado.NAME, new MissingTornado());
    for (EngineProvider provider : ServiceLoader.load(EngineProvider.class)) {
      byName.put(provider.name(), provider);
    }
    return List.copyOf(byName.values());
  }

  /**
   * The engine of a name.
   *
   * @param name as {@link EngineProvider#name} gives it; {@code name:device} for one of its devices
   * @throws ElboException if there is none, or it cannot run here
   */
  public static EngineProvider byName(String name) {
    String[] parts = name.split(":", 2);
    EngineProvider provider = named(parts[0]);
    provider
        .unavailable()
        .ifPresent(
            reason -> {
              throw new ElboException(
                  "engine '%s' cannot run here: %s".formatted(provider.name(), reason));
            });
    return parts.length == 1 ? provider : provider.on(parts[1]);
  }

  private static EngineProvider named(String name) {
    List<EngineProvider> all = all();
    return all.stream()
        .filter(candidate -> candidate.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ElboException(
                    "there is no engine '%s'%s; choose one of: %s"
                        .formatted(
                            name,
                            DidYouMean.among(all.stream().map(EngineProvider::name).toList(), name),
                            all.stream()
                                .map(e -> e.name() + " (" + e.description() + ")")
                                .collect(Collectors.joining(", ")))));
  }
}
