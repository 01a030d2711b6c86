package dev.elbo.data;

/**
 * What a step of the preparation dropped.
 *
 * @param by the step: the option that asks for it with its value, if there is one
 * @param users number of users that were left without an event, and are gone
 * @param items number of items that were left without an event, and are gone
 * @param events number of events
 */
public record Dropped(String by, int users, int items, long events) {

  /** This, and what the same step dropped later. */
  Dropped and(Dropped later) {
    return new Dropped(by, users + later.users, items + later.items, events + later.events);
  }
}
