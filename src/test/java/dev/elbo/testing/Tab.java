package dev.elbo.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A tab of {@link Chromium}, with the mouse and the keys of its user. */
public final class Tab {

  private static final Map<String, Integer> KEYS =
      Map.of("Tab", 9, "Enter", 13, "Escape", 27, "ArrowUp", 38, "ArrowDown", 40, "/", 191);

  private final Chromium browser;
  private final String session;

  Tab(Chromium browser, String session) {
    this.browser = browser;
    this.session = session;
    Stream.of("Page", "Runtime", "Log", "Network")
        .forEach(domain -> call(domain + ".enable", Map.of()));
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return browser.call(session, method, parameters);
  }

  /**
   * Makes it a screen.
   *
   * @param width in pixels; below 500 it is a phone
   * @param scheme {@code light} or {@code dark}
   * @param motion {@code no-preference} or, where nothing is to move, {@code reduce}
   */
  public Tab screen(int width, String scheme, String motion) {
    boolean phone = width < 500;
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 800, "deviceScaleFactor", 1, "mobile", phone));
    call("Emulation.setTouchEmulationEnabled", Map.of("enabled", phone));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", scheme),
                Map.of("name", "prefers-reduced-motion", "value", motion))));
    return this;
  }

  /** Goes to a page, from nowhere: also where only the fragment differs, it is loaded. */
  public Tab open(URI page) {
    call("Page.navigate", Map.of("url", "about:blank"));
    call("Page.navigate", Map.of("url", page.toString()));
    return this;
  }

  /** The value of a JavaScript expression. */
  public JsonNode value(String expression) {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.get("result").path("value");
  }

  /** The text of the elements that a selector finds, one after the other. */
  public List<String> texts(String selector) {
    JsonNode texts =
        value("[...document.querySelectorAll('%s')].map(one => one.innerText)".formatted(selector));
    return texts.valueStream().map(JsonNode::asText).toList();
  }

  /** Returns when a JavaScript condition holds; while it throws, it does not. */
  public Tab until(String condition) {
    value(
        """
        new Promise((met, never) => {
          const end = Date.now() + 50000;
          const look = () => {
            let why = "";
            try {
              if (%s) return met();
            } catch (error) {
              why = error;
            }
            Date.now() > end ? never(why + document.body.innerText) : setTimeout(look, 10);
          };
          look();
        })
        """
            .formatted(condition));
    return this;
  }

  /** Clicks into the middle of an element, once it is there. */
  public Tab click(String selector) {
    until("document.querySelector('%s')".formatted(selector));
    JsonNode at =
        value(
            """
            (() => {
              const element = document.querySelector('%s');
              element.scrollIntoView({ block: "center" });
              const box = element.getBoundingClientRect();
              return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
            })()
            """
                .formatted(selector));
    for (String type : List.of("mousePressed", "mouseReleased")) {
      call(
          "Input.dispatchMouseEvent",
          Map.of(
              "type", type, "x", at.get("x"), "y", at.get("y"), "button", "left", "clickCount", 1));
    }
    return this;
  }

  /** Presses keys, one after the other. */
  public Tab press(String... keys) {
    for (String key : keys) {
      String text = key.equals("Enter") ? "\r" : key.length() == 1 ? key : "";
      for (String type : List.of("keyDown", "keyUp")) {
        call(
            "Input.dispatchKeyEvent",
            Map.of("type", type, "key", key, "text", text, "windowsVirtualKeyCode", KEYS.get(key)));
      }
    }
    return this;
  }

  /** Types a text where the focus is. */
  public Tab type(String text) {
    call("Input.insertText", Map.of("text", text));
    return this;
  }

  /** Leaves a picture of what is seen. */
  public void screenshot(Path png) throws IOException {
    Files.createDirectories(png.getParent());
    String data = call("Page.captureScreenshot", Map.of()).get("data").asText();
    Files.write(png, Base64.getDecoder().decode(data));
  }

  /** What was logged, thrown, shown in a dialog, or refused by the policy of the page. */
  public List<String> problems() {
    return Stream.of(
            "Log.entryAdded",
            "Runtime.exceptionThrown",
            "Runtime.consoleAPICalled",
            "Page.javascriptDialogOpening")
        .flatMap(method -> browser.events(session, method))
        .filter(event -> !event.at("/entry/level").asText().equals("verbose")) // Advice.
        .map(JsonNode::toString)
        .toList();
  }

  /** What was asked of any server. */
  public List<URI> requests() {
    return browser
        .events(session, "Network.requestWillBeSent")
        .map(event -> URI.create(event.at("/request/url").asText()))
        .toList();
  }
}
