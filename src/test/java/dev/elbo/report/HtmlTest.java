package dev.elbo.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class HtmlTest {

  @Example
  void textIsEscapedAndMarkupIsNot() {
    assertEquals(
        "<h1>&lt;script&gt;alert(&quot;1&quot;) &amp;amp; more</h1>",
        Html.text("<script>alert(\"1\") &amp; more").in("h1").markup());
  }

  @Example
  void attributesAreEscaped() {
    assertEquals(
        "<img alt=\"&quot; onerror=&quot;alert(1)\">",
        Html.empty("img", "alt", "\" onerror=\"alert(1)").markup());
  }

  @Property(seed = "7")
  void noTextOpensATagOrClosesAnAttribute(@ForAll String text) {
    String markup = Html.text(text).markup();
    assertFalse(markup.contains("<") || markup.contains(">") || markup.contains("\""), markup);
  }

  @Example
  void linesLeaveOutNothing() {
    assertEquals("a\nb", Html.lines(Html.text("a"), Html.NOTHING, Html.text("b")).markup());
  }
}
