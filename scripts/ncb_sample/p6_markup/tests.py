class TestMarkup:
    def test_headings(self):
        assert to_html("# Garden") == "<h1>Garden</h1>"
        assert to_html("##  Spring ") == "<h2>Spring</h2>"

    def test_several_lines(self):
        text = "# Tools\n\n- spade\n- rake\n\nKeep them dry.\n"
        assert to_html(text) == "<h1>Tools</h1>\n<li>spade</li>\n<li>rake</li>\n<p>Keep them dry.</p>"

    def test_bold_words(self):
        assert to_html("**Water** the **roses** now") == "<p><b>Water</b> the <b>roses</b> now</p>"
        assert to_html("- **two words**") == "<li><b>two words</b></li>"

    def test_special_characters(self):
        assert to_html("salt & pepper") == "<p>salt &amp; pepper</p>"
        assert to_html("# 3 < 5 > 4") == "<h1>3 &lt; 5 &gt; 4</h1>"

    def test_marks_without_a_blank_are_text(self):
        assert to_html("#tag") == "<p>#tag</p>"
        assert to_html("-5 degrees") == "<p>-5 degrees</p>"
        assert to_html("2 * 3") == "<p>2 * 3</p>"

    def test_blank_text(self):
        assert to_html("") == ""
        assert to_html(" \n\n ") == ""

    def test_plain(self):
        assert plain("# Hello\n\n- **big** world\nof ants") == "Hello big world of ants"
        assert plain("a < b") == "a < b"
        assert plain("") == ""
