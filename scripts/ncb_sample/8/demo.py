class TestHtml:
    def test_slug(self):
        assert slug("Hello, World!") == "hello-world"
