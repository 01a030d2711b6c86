package dev.elbo.report;

import dev.elbo.ElboException;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;

/** Charts as pictures. */
public final class Png {

  private Png() {}

  /**
   * Draws a chart.
   *
   * @param making makes the chart; even that may need what Java cannot do here
   * @param scale pixels for each unit of its size, 1 or more
   * @return the bytes of a PNG
   * @throws ElboException if Java cannot draw here
   */
  public static byte[] of(Supplier<XYChart> making, int scale) {
    System.setProperty("java.awt.headless", "true"); // Nothing is shown on a screen.
    try {
      XYChart chart = making.get();
      var image =
          new BufferedImage(
              scale * chart.getWidth(), scale * chart.getHeight(), BufferedImage.TYPE_INT_ARGB);
      Graphics2D graphics = image.createGraphics();
      graphics.scale(scale, scale);
      chart.paint(graphics, chart.getWidth(), chart.getHeight());
      graphics.dispose();
      var bytes = new ByteArrayOutputStream();
      ImageIO.write(image, "png", bytes);
      return bytes.toByteArray();
      // Without fonts the JDK throws any of these, depending on what is missing.
    } catch (LinkageError | InternalError | RuntimeException | IOException e) {
      throw new ElboException(
          "Java cannot draw text here (%s); pictures need fonts: on Debian, apt install fontconfig"
                  .formatted(e)
              + " fonts-dejavu-core",
          e);
    }
  }
}
