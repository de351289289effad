class TestMarkup:
    def test_a_paragraph(self):
        assert to_html("Good **morning**") == "<p>Good <b>morning</b></p>"
