class HtmlTest {
    @Test
    void testSlug() {
        assertEquals("hello-world", Html.slug("Hello, World!"));
    }
}
