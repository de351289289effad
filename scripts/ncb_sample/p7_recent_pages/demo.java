class RecentPagesTest {
    @Test
    void twoPages() {
        RecentPages recent = new RecentPages(5);
        recent.visit("home");
        recent.visit("news");
        assertEquals(List.of("news", "home"), recent.pages());
    }
}
