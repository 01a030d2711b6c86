package dev.elbo.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import me.tongfei.progressbar.ProgressBarStyle;
import org.junit.jupiter.api.Test;

class ConsoleTest {

  @Test
  void aProgressBarIsColouredUnlessTheUserWantsNoColours() {
    assertEquals(ProgressBarStyle.COLORFUL_UNICODE_BLOCK, Console.style(null));
    assertEquals(ProgressBarStyle.COLORFUL_UNICODE_BLOCK, Console.style(""));
    assertEquals(ProgressBarStyle.UNICODE_BLOCK, Console.style("1"));
  }
}
