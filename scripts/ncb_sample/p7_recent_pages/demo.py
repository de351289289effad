class TestRecentPages:
    def test_two_pages(self):
        recent = RecentPages(5)
        recent.visit("home")
        recent.visit("news")
        assert recent.pages() == ["news", "home"]
