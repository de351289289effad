import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;

class MarkupTest {
    @Test
    void headings() {
        assertEquals("<h1>Garden</h1>", Markup.toHtml("# Garden"));
        assertEquals("<h2>Spring</h2>", Markup.toHtml("##  Spring "));
    }

    @Test
    void severalLines() {
        String text = "# Tools\n\n- spade\n- rake\n\nKeep them dry.\n";
        assertEquals("<h1>Tools</h1>\n<li>spade</li>\n<li>rake</li>\n<p>Keep them dry.</p>", Markup.toHtml(text));
    }

    @Test
    void boldWords() {
        assertEquals("<p><b>Water</b> the <b>roses</b> now</p>", Markup.toHtml("**Water** the **roses** now"));
        assertEquals("<li><b>two words</b></li>", Markup.toHtml("- **two words**"));
    }

    @Test
    void specialCharacters() {
        assertEquals("<p>salt &amp; pepper</p>", Markup.toHtml("salt & pepper"));
        assertEquals("<h1>3 &lt; 5 &gt; 4</h1>", Markup.toHtml("# 3 < 5 > 4"));
    }

    @Test
    void marksWithoutABlankAreText() {
        assertEquals("<p>#tag</p>", Markup.toHtml("#tag"));
        assertEquals("<p>-5 degrees</p>", Markup.toHtml("-5 degrees"));
        assertEquals("<p>2 * 3</p>", Markup.toHtml("2 * 3"));
    }

    @Test
    void blankText() {
        assertEquals("", Markup.toHtml(""));
        assertEquals("", Markup.toHtml(" \n\n "));
    }

    @Test
    void plainText() {
        assertEquals("Hello big world of ants", Markup.plain("# Hello\n\n- **big** world\nof ants"));
        assertEquals("a < b", Markup.plain("a < b"));
        assertEquals("", Markup.plain(""));
    }
}
