package dev.elbo.cli.numerics;

import dev.elbo.cli.terminal.Console;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.Engines;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code elbo engines}: which engines there are, and where they compute. */
@Command(
    name = "engines",
    mixinStandardHelpOptions = true,
    description = "List the engines, each with its devices, or why it cannot run here.",
    footerHeading = "%nExamples:%n",
    footer = {"  elbo engines"})
public final class EnginesCommand implements Runnable {

  @Mixin private Console console;

  @Override
  public void run() {
    List<Map<String, Object>> documents = new ArrayList<>();
    for (EngineProvider engine : Engines.all()) {
      Optional<String> reason = engine.unavailable();
      List<String> devices = reason.isPresent() ? List.of() : engine.devices();
      console.say("%-10s %s".formatted(engine.name(), engine.description()));
      devices.forEach(device -> console.say("             " + device));
      reason.ifPresent(why -> console.say("             cannot run here: " + why));
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("engine", engine.name());
      document.put("description", engine.description());
      document.put("devices", devices);
      reason.ifPresent(why -> document.put("unavailable", why));
      documents.add(document);
    }
    console.json(() -> Map.of("engines", documents));
  }
}
