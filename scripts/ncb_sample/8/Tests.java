import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;
import java.util.List;

class HtmlTest {
    @Test
    void testEscape() {
        assertEquals("a &lt; b &amp;&amp; c &gt; &quot;d&quot;", Html.escape("a < b && c > \"d\""));
    }

    @Test
    void testNothingToEscape() {
        assertEquals("plain text 12", Html.escape("plain text 12"));
    }

    @Test
    void testTable() {
        assertEquals("<table><tr><th>name</th><th>age</th></tr><tr><td>Ada</td><td>36</td></tr></table>",
                Html.table(List.of(List.of("name", "age"), List.of("Ada", "36"))));
    }

    @Test
    void testTableEscapes() {
        assertEquals("<table><tr><th>&lt;b&gt;</th></tr></table>", Html.table(List.of(List.of("<b>"))));
    }

    @Test
    void testNoRows() {
        assertEquals("", Html.table(List.of()));
    }

    @Test
    void testUnequalRows() {
        assertThrows(IllegalArgumentException.class, () -> Html.table(List.of(List.of("a", "b"), List.of("c"))));
    }

    @Test
    void testSlug() {
        assertEquals("ten-ways-to-write-html5", Html.slug("  Ten Ways -- to Write HTML5! "));
        assertEquals("", Html.slug("?!"));
    }
}
