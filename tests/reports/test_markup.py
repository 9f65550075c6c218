import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.reports.markup import Markup, data_script, element, joined

TEXTS = st.text() | st.sampled_from(['<img src=x onerror="x">', "</script>", "&lt;", "'\"><b>"])


class Seen(HTMLParser):
    """The tags and the text a parser finds."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text, self.attributes = [], "", {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= dict(attrs)

    def handle_data(self, data):
        self.text += data


def test_elements_nest_and_attributes_keep_their_hyphens():
    made = element("p", "a < b", element("b", "c"), class_="muted", data_step="1")

    assert made == '<p class="muted" data-step="1">a &lt; b<b>c</b></p>'


def test_text_is_escaped_and_html_is_not_escaped_twice():
    assert joined(["<b>", Markup("<i></i>")]) == "&lt;b&gt;<i></i>"


@given(TEXTS, TEXTS)
def test_no_text_becomes_a_tag(text, attribute):
    seen = Seen(element("p", text, title=attribute))

    assert seen.tags == ["p"]
    assert seen.text == text.replace("\x00", "�") or "\r" in text or "\x00" in text


@given(st.recursive(TEXTS | st.integers(-(2**53), 2**53) | st.none(), st.lists, max_leaves=10))
def test_no_value_closes_its_block_of_data(value):
    made = data_script("chart", value)

    inside = made.removeprefix('<script type="application/json" data-chart="chart">')
    inside = inside.removesuffix("</script>")
    assert not set(inside) & set("<>&")
    assert json.loads(inside) == value


def test_what_is_no_json_is_refused():
    with pytest.raises(TypeError):
        data_script("chart", object())
