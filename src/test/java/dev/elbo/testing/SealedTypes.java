package dev.elbo.testing;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kinds that a sealed interface has: a test that walks them fails where a new one is missing.
 */
public final class SealedTypes {

  private SealedTypes() {}

  /** The records that a sealed interface permits, also through interfaces of its own. */
  public static Set<Class<?>> records(Class<?> kind) {
    return kind.isInterface()
        ? Stream.of(kind.getPermittedSubclasses())
            .flatMap(part -> records(part).stream())
            .collect(Collectors.toSet())
        : Set.of(kind);
  }
}
