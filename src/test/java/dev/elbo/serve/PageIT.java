package dev.elbo.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.testing.Chromium;
import dev.elbo.testing.Tab;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The page of {@code elbo serve} in a real browser, with mouse and keys, before a server that is a
 * {@link StandIn}. Screenshots are left in {@code target/page}, for people.
 */
class PageIT {

  private static final Path SCREENSHOTS = Path.of("target", "page").toAbsolutePath();

  /** Texts with less contrast to what is behind them than WCAG 2.2 asks at level AA. */
  private static final String TOO_FAINT =
      """
      [...document.querySelectorAll("body *")]
        .filter(element => element.checkVisibility())
        .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
        .map(element => {
          const behind = [];
          for (let at = element; at; at = at.parentElement) behind.push(getComputedStyle(at).backgroundColor);
          const linear = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
          const luminance = color => color.match(/[0-9.]+/g).slice(0, 3)
            .reduce((sum, part, n) => sum + linear(part / 255) * [0.2126, 0.7152, 0.0722][n], 0);
          const colors = [getComputedStyle(element).color, behind.find(color => color !== "rgba(0, 0, 0, 0)")];
          const [low, high] = colors.map(luminance).sort((a, b) => a - b);
          return [element.innerText, (high + 0.05) / (low + 0.05)];
        })
        .filter(([_, contrast]) => !(contrast >= 4.5))
      """;

  @TempDir private static Path profile;
  private static Chromium chromium;

  private StandIn server;
  private Tab tab;

  @BeforeAll
  static void startTheBrowser() throws IOException {
    assumeTrue(
        Chromium.PROGRAM.isPresent(),
        "Chromium is not installed (Debian: apt install chromium): no browser opened the page");
    chromium = new Chromium(profile);
  }

  @AfterAll
  static void endTheBrowser() {
    if (chromium != null) {
      chromium.close();
    }
  }

  @BeforeEach
  void startTheServer() throws IOException {
    server = new StandIn();
    tab = chromium.tab().screen(1280, "light", "reduce");
  }

  @AfterEach
  void endTheServer() {
    server.close();
  }

  /** Opens the page for a user with some items. */
  private Tab open(String items) {
    tab.open(server.page(items));
    return settled(items);
  }

  /** Waits until these items are the user's, and what is recommended is of them. */
  private Tab settled(String items) {
    return tab.until(
        "list.ariaBusy === 'false' && [...yours.children].map(row => row.dataset.item).join() === '%s'"
            .formatted(items));
  }

  /** The items in the rows of a list. */
  private List<String> items(String list) {
    return tab.value(
            "[...document.querySelectorAll('%s > li')].map(row => row.dataset.item)"
                .formatted(list))
        .valueStream()
        .map(JsonNode::asText)
        .toList();
  }

  private static String row(String item) {
    return "#list [data-item=\"%s\"]".formatted(item);
  }

  private String focused() {
    return tab.value("document.activeElement.ariaLabel ?? document.activeElement.id").asText();
  }

  private String hash() {
    return tab.value("location.hash").asText();
  }

  private void hasNoProblems() {
    assertEquals(List.of(), tab.problems());
    String own = server.page("").getAuthority();
    assertEquals(
        List.of(),
        tab.requests().stream()
            .filter(address -> !own.equals(address.getAuthority()))
            .filter(address -> !address.toString().equals("about:blank"))
            .toList());
  }

  @Test
  void beginsWithSomeItems() {
    open("");
    assertEquals(List.of("To begin with"), tab.texts("#heading"));
    assertEquals(List.of("stand-in · 14 items"), tab.texts("#about"));
    tab.click("#list > li:nth-child(2) .add");
    settled("2");
    assertEquals("#2", hash());
    assertEquals(List.of("Recommended"), tab.texts("#heading"));
    hasNoProblems();
  }

  @Test
  void searchesAndAddsByTheKeyboardAlone() {
    open("")
        .press("/")
        .type("ember")
        .until("document.querySelectorAll('#found [data-item]').length === 2");
    assertEquals(List.of("Ember Song\n5"), tab.texts("#found [aria-selected=true]"));
    tab.press("ArrowDown");
    assertEquals(List.of("Ember Winter\n9"), tab.texts("#found [aria-selected=true]"));
    tab.until(
        "document.querySelector('#found [aria-selected=true]').id ==="
            + " document.activeElement.getAttribute('aria-activedescendant')");
    tab.press("ArrowDown", "ArrowUp", "Enter");
    settled("9");
    assertEquals(List.of("Ember Winter"), tab.texts("#yours .title"));
    assertEquals("search", focused());
    assertEquals("false", tab.value("document.activeElement.ariaExpanded").asText());
    hasNoProblems();
  }

  @Test
  void enterBeforeTheAnswerTakesItsFirst() {
    open("").press("/").type("juniper").press("Enter");
    settled("10");
    hasNoProblems();
  }

  @Test
  void escapeClosesAndThenEmpties() {
    open("").press("/").type("nothing like it").until("!found.hidden");
    assertEquals(List.of("Nothing begins with “nothing like it”"), tab.texts("#found li"));
    tab.press("Enter", "Escape").until("found.hidden && search.ariaExpanded === 'false'");
    assertEquals("nothing like it", tab.value("search.value").asText());
    tab.press("Enter").until("!found.hidden").press("Escape").until("found.hidden");
    tab.press("Escape").until("search.value === ''");
    hasNoProblems();
  }

  @Test
  void recommendationsChangeWithWhatTheUserHas() {
    open("2");
    assertEquals(List.of("1", "3", "4", "5"), items("#list").subList(0, 4));
    assertEquals(10, items("#list").size());
    tab.click(row("4") + " .add");
    settled("2,4");
    assertEquals("#2,4", hash());
    assertEquals(List.of("3", "1", "5", "6"), items("#list").subList(0, 4));
    assertEquals("Cedar & Salt\n3 · 2.00", tab.texts("#list .title").getFirst());
    assertEquals(List.of("Recommended: Cedar & Salt; Amber Road; Ember Song"), tab.texts("#news"));
    tab.click("#more").until("list.children.length === 12");
    hasNoProblems();
  }

  @Test
  void addingByTheKeyboardKeepsItsRank() {
    open("2").value("list.querySelectorAll('.add')[2].focus()");
    assertEquals("Add " + StandIn.HOSTILE, focused());
    tab.press("Enter");
    settled("2,4");
    assertEquals("Add Ember Song", focused());
  }

  @Test
  void saysWhyAndWhatIsSimilar() {
    open("3,4").click(row("5") + " .why").until("document.querySelector('.panel li')");
    assertEquals(
        List.of(StandIn.HOSTILE + "\n+1.00", "Cedar & Salt\n−0.500"), tab.texts(".panel li"));
    assertEquals(List.of("Cedar & Salt\n−0.500"), tab.texts(".panel .against"));
    assertEquals(
        "0.5",
        tab.value("document.querySelector('.against').style.getPropertyValue('--share')").asText());
    tab.click(".chips .add"); // What is similar is added, and the reasons stay, with one more.
    settled("3,4,6").until("document.querySelectorAll('.panel li').length === 3");
    assertEquals(
        "true",
        tab.value(
                "document.querySelector('.panel').closest('li').querySelector('.why').ariaExpanded")
            .asText());
    tab.click(row("5") + " .why").until("!document.querySelector('.panel')");
    assertEquals(List.of(), tab.texts("#list [aria-expanded=true]"));
    hasNoProblems();
  }

  @Test
  void removesByTheKeyboard() {
    open("2,4").press("/", "Tab", "Tab");
    assertEquals("Remove Blue Hour", focused());
    tab.press("Enter");
    settled("4");
    assertEquals("Remove " + StandIn.HOSTILE, focused());
    tab.press("Enter");
    settled("");
    assertEquals("search", focused());
    assertEquals(List.of("To begin with"), tab.texts("#heading"));
    hasNoProblems();
  }

  @Test
  void aTitleIsNeverMarkup() {
    open("4").click(row("5") + " .why").until("document.querySelector('.panel li')");
    tab.click("#search").type("<img").until("!found.hidden");
    for (String place : List.of("#yours .title", ".panel li", "#found .title")) {
      assertTrue(tab.texts(place).getFirst().startsWith(StandIn.HOSTILE), place);
    }
    assertEquals(0, tab.value("document.querySelectorAll('main img').length").asInt());
    hasNoProblems();
  }

  @ParameterizedTest
  @CsvSource({"1280, light", "1280, dark", "360, light", "360, dark"})
  void isReadableOnEveryScreen(int width, String scheme) throws IOException {
    tab.screen(width, scheme, "reduce");
    open("7,13").click(row("8") + " .why").until("document.querySelector('.panel li')");
    tab.click("#search").type("a").until("!found.hidden");
    assertEquals(
        0,
        tab.value("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            .asInt());
    assertEquals("[]", tab.value(TOO_FAINT).toString());
    assertEquals(
        scheme.equals("dark") ? "rgb(20, 24, 29)" : "rgb(255, 255, 255)",
        tab.value("getComputedStyle(document.body).backgroundColor").asText());
    tab.press("Escape").screenshot(SCREENSHOTS.resolve("%s-%d.png".formatted(scheme, width)));
    hasNoProblems();
  }

  @Test
  void showsIdsWhereThereAreNoTitles() {
    server.titles = false;
    open("2,4").press("/").type("1").until("!found.hidden");
    assertEquals(List.of("1", "10", "11", "12", "13", "14"), tab.texts("#found .title"));
    assertEquals(List.of("2", "4"), tab.texts("#yours .title"));
    assertEquals("3\n2.00", tab.texts("#list .title").getFirst());
    assertEquals("Search item ids", tab.value("search.placeholder").asText());
    hasNoProblems();
  }

  @Test
  void theAddressIsWhatTheUserHas() {
    open("2,4");
    assertEquals(List.of("Blue Hour", StandIn.HOSTILE), tab.texts("#yours .title"));
    tab.click("#yours > li:first-child .remove");
    settled("4").value("history.back()");
    settled("2,4");
    tab.value("location.hash = '2,%zz,4'"); // Not written by the page, nor in any model.
    settled("2,%zz,4");
    assertEquals("%zz\nnot known to the model", tab.texts("#yours .title").get(1));
    open("unknown");
    assertEquals(List.of("Nothing to recommend"), tab.texts("#heading"));
    hasNoProblems();
  }

  @Test
  void asksForTheToken() {
    server.token = "sesame";
    tab.open(server.page("2")).until("document.activeElement === token && !access.hidden");
    assertEquals(List.of("expected the server's token"), tab.texts("#refusal"));
    tab.type("open")
        .press("Enter")
        .until(
            "performance.getEntriesByName(new URL('model', location).href).length === 2 &&"
                + " !access.hidden");
    tab.type("sesame").press("Enter");
    settled("2");
    assertTrue(tab.value("access.hidden && !main.hidden").asBoolean());
    open("2,4"); // It is kept as long as the tab.
  }

  @Test
  void triesAgainWhileTheServerIsBusy() {
    server.failures.addAll(List.of(503, 429));
    tab.open(server.page("2")).until("message.innerText === 'the test said 503 Trying again …'");
    settled("2");
    assertEquals("", tab.value("message.innerText").asText());
    assertEquals(List.of(), List.copyOf(server.failures));
  }

  @Test
  void saysWhatTheServerSaidIsWrong() throws IOException {
    open("2");
    server.failures.add(413);
    tab.click(row("4") + " .add").until("message.innerText === 'the test said 413'");
    tab.screenshot(SCREENSHOTS.resolve("wrong.png"));
    tab.click("#yours > li:last-child .remove");
    settled("2").until("message.innerText === ''");
  }

  @Test
  void anAnswerThatComesTooLateIsDropped() {
    server.slow = new CountDownLatch(1);
    tab.open(server.page("2")).until("message.innerText === 'Waiting for the server …'");
    tab.value("location.hash = '2,4'");
    settled("2,4");
    server.slow.countDown();
    tab.click(row("5") + " .why").until("document.querySelector('.panel li')");
    assertEquals(List.of("3", "1", "5"), items("#list").subList(0, 3));
    hasNoProblems();
  }

  @Test
  void takesRatings() {
    server.ratings = List.of(1, 2, 3, 4, 5);
    open("2,4");
    tab.value("(window.before = yours.querySelector('select')).focus()");
    tab.press("ArrowUp").until("location.hash === '#2:4,4:5'");
    tab.until("!before.isConnected"); // the address changes before the page follows it
    settled("2,4");
    assertEquals("Rating of Blue Hour", focused());
    assertEquals("[4,5]", server.asked.getLast().get("ratings").toString());
    tab.click(row("3") + " .add");
    settled("2,4,3");
    assertEquals("#2:4,4:5,3:5", hash());
    hasNoProblems();
  }

  @Test
  void saysWhereTheOrderCounts() {
    server.sequence = true;
    open("4,2");
    assertEquals(List.of("Yours, oldest first\nStart over"), tab.texts("#shelf h2"));
  }

  @Test
  void rowsGlideToTheirPlaces() {
    tab.screen(1280, "light", "no-preference");
    open("2").until("document.getAnimations().length === 0");
    tab.value(
        "addEventListener('hashchange', () => requestAnimationFrame(function look() { const moves ="
            + " document.getAnimations().some(one =>"
            + " one.effect.getKeyframes()[0].translate?.endsWith('px')); moves ? (window.glided ="
            + " true) : requestAnimationFrame(look); }))");
    tab.click(row("5") + " .add").until("window.glided");
  }
}
