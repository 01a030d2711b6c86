package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.Engines;
import dev.elbo.testing.Tolerances;
import java.util.List;
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
    Object[] small = {"--items", 30, "--batch-size", 4, "--hidden", 5, "--latent", 2};
    String[] command = {"bench", "--engine", "fast,reference", "--updates", "2"};
    String out = Program.run(List.of(command), List.of(small)).done().out();
    assertTrue(out.contains("| fast | 4 | 30 | 5 | 2 |"), out);
    assertTrue(out.contains("| reference | 4 | 30 | 5 | 2 |"), out);

    JsonNode rows = Program.run(List.of(command), List.of(small), "--json").done().json();
    assertTrue(!rows.at("/updates/0").has("gradientDifferences"));
    JsonNode differences = rows.at("/updates/1/gradientDifferences");
    assertEquals(8, differences.size(), "weights and biases of four layers");
    differences.forEach(share -> assertTrue(share.doubleValue() > 0, "float32 is not float64"));
    differences.forEach(share -> assertEquals(0, share.doubleValue(), Tolerances.GOLDEN_FLOAT32));
  }
}
