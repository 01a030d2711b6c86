package dev.elbo.report;

import dev.elbo.data.PreparedData;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the best models of each kind do for the test users of their data.
 *
 * @param name what to call the data
 * @param sha256 hash of the data
 * @param data the data
 * @param titles titles of items by external id; items may be missing
 * @param k how many items are recommended to each user
 * @param user position among the test users of the one to look at closely
 * @param tested the models
 */
public record TestUsers(
    String name,
    String sha256,
    PreparedData data,
    Map<String, String> titles,
    int k,
    int user,
    List<Tested> tested) {

  /** What a model does, if it was tested. */
  public Optional<Tested> of(ReportedModel model) {
    return tested.stream().filter(one -> one.model().equals(model)).findFirst();
  }

  /** What an item is called: its title, or its id. */
  String item(int item) {
    String id = data.itemIds().get(item);
    return titles.getOrDefault(id, id);
  }
}
