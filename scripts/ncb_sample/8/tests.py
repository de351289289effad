import pytest


class TestHtml:
    def test_escape(self):
        assert escape('a < b && c > "d"') == "a &lt; b &amp;&amp; c &gt; &quot;d&quot;"

    def test_nothing_to_escape(self):
        assert escape("plain text 12") == "plain text 12"

    def test_table(self):
        assert table([["name", "age"], ["Ada", 36]]) == (
            "<table><tr><th>name</th><th>age</th></tr><tr><td>Ada</td><td>36</td></tr></table>"
        )

    def test_table_escapes(self):
        assert table([["<b>"]]) == "<table><tr><th>&lt;b&gt;</th></tr></table>"

    def test_no_rows(self):
        assert table([]) == ""

    def test_unequal_rows(self):
        with pytest.raises(ValueError):
            table([["a", "b"], ["c"]])

    def test_slug(self):
        assert slug("  Ten Ways -- to Write HTML5! ") == "ten-ways-to-write-html5"
        assert slug("?!") == ""
