package dev.elbo.bench;

import dev.elbo.data.*;
import dev.elbo.engine.*;
import dev.elbo.model.*;

final class Probe {
  private Probe() {}

  public static void main(String[] args) {
    TorchThreads.start(2);
    {
      var model = MultVae.model(300, 24, 8);
      var initial = Parameters.initial(model, 1);
      var users = SyntheticUsers.draw(16, 300);
      var batch = Batch.range(users, 0, 16);
      var adam = AdamOptions.of(0.001);
      try (var engine = Engines.byName("reference").create(model, EngineState.initial(initial), 2);
          var dense = new TorchMultVae(TorchMultVae.Input.DENSE, initial);
          var sparse = new TorchMultVae(TorchMultVae.Input.SPARSE, initial)) {
        var b = dense.batch(users);
        for (int t = 0; t < 4; t++) {
          var noise = Noise.of(1, t);
          var tn = TorchNoise.of(noise, batch, 8, dense.manager());
          System.out.println(engine.step(batch, noise, 0.2, adam));
          System.out.println(dense.step(b, tn, 0.2, adam));
          System.out.println(sparse.step(b, tn, 0.2, adam));
        }
      }
    }
    if (args.length == 0) return;
    int items = Integer.parseInt(args[0]);
    var model = MultVae.model(items, 600, 200);
    var initial = Parameters.initial(model, 1);
    var users = SyntheticUsers.draw(500, items);
    System.out.println(users.size() / 500.0);
    var adam = AdamOptions.of(0.001);
    for (var in : TorchMultVae.Input.values())
      for (var a : new AdamOptions[] {adam, null})
        try (var torch = new TorchMultVae(in, initial)) {
          var b = torch.batch(users);
          for (int t = 0; t < 6; t++) {
            long s = System.nanoTime(); long c=((com.sun.management.OperatingSystemMXBean)java.lang.management.ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
            var l = torch.step(b, TorchNoise.DRAWN, 0.2, a);
            System.out.println(
                in + " " + (a != null) + " " + (System.nanoTime() - s) / 1000000 + " ms " + (((com.sun.management.OperatingSystemMXBean)java.lang.management.ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime()-c)/1000000 + " cpu " + l);
          }
        }
  }
}
