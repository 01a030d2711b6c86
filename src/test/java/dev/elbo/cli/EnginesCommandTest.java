package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.Engines;
import org.junit.jupiter.api.Test;

class EnginesCommandTest {

  @Test
  void listsEveryEngineWithItsDevicesOrTheReason() {
    JsonNode engines = Program.run("engines", "--json").done().json().get("engines");
    assertEquals(
        Engines.all().stream().map(EngineProvider::name).toList(),
        engines.findValuesAsText("engine"));
    for (JsonNode engine : engines) {
      assertEquals(engine.has("unavailable"), engine.get("devices").isEmpty(), engine.toString());
    }
  }

  @Test
  void withoutItsModuleTheTornadoEngineSaysWhatToInstall() {
    Program.run("bench", "--engine", "tornado").fails(1, "set TORNADOVM_HOME");
  }

  @Test
  void anEngineWithoutDevicesLeavesNoChoice() {
    Program.run("bench", "--engine", "reference:0:1").fails(1, "no devices to choose from");
  }

  @Test
  void benchPrintsARowForEachEngine() {
    String out =
        Program.run(
                "bench",
                "--engine",
                "fast,reference",
                "--items",
                30,
                "--batch-size",
                4,
                "--hidden",
                5,
                "--latent",
                2,
                "--updates",
                2)
            .done()
            .out();
    assertTrue(out.contains("| fast | 4 | 30 | 5 | 2 |"), out);
    assertTrue(out.contains("| reference | 4 | 30 | 5 | 2 |"), out);
  }
}
