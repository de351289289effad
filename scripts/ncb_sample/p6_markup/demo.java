class MarkupTest {
    @Test
    void aParagraph() {
        assertEquals("<p>Good <b>morning</b></p>", Markup.toHtml("Good **morning**"));
    }
}
