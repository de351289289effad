class TestRecentPages:
    def visited(self, most, pages):
        recent = RecentPages(most)
        forgotten = [recent.visit(page) for page in pages.split()]
        return recent, forgotten

    def test_the_most_recent_comes_first(self):
        recent, _ = self.visited(4, "mail maps shop")
        assert recent.pages() == ["shop", "maps", "mail"]

    def test_a_page_visited_again_moves_to_the_front(self):
        recent, _ = self.visited(4, "mail maps shop mail")
        assert recent.pages() == ["mail", "shop", "maps"]
        assert recent.rank("maps") == 3

    def test_the_oldest_is_forgotten(self):
        recent, forgotten = self.visited(2, "mail maps mail shop")
        assert forgotten == [None, None, None, "maps"]
        assert recent.pages() == ["shop", "mail"]

    def test_ranks(self):
        recent, _ = self.visited(3, "a b c d")
        assert recent.rank("d") == 1
        assert recent.rank("b") == 3
        assert recent.rank("a") == 0

    def test_visits_are_counted(self):
        recent, _ = self.visited(3, "a b a a c")
        assert recent.visits("a") == 3
        assert recent.visits("c") == 1
        assert recent.visits("z") == 0

    def test_counting_begins_anew_when_forgotten(self):
        recent, _ = self.visited(2, "a a a b c")
        assert recent.visits("a") == 0
        recent.visit("a")
        assert recent.visits("a") == 1
        assert recent.pages() == ["a", "c"]

    def test_room_for_one(self):
        recent, forgotten = self.visited(1, "x x y")
        assert forgotten == [None, None, "x"]
        assert recent.pages() == ["y"]

    def test_thousands_of_pages(self):
        recent = RecentPages(3000)
        forgotten = [recent.visit(number) for number in range(9000)]
        assert forgotten[8999] == 5999
        assert recent.rank(6500) == 2500
