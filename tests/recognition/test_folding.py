"""Folding in whole pieces says what folding character by character says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.textfold import fold

TEXTS = st.text(
    st.sampled_from("aB9 .,(\n\t\r\u00a0\u2028*_'\u2019\u00e9\ufb01\u2460\uff21\u200b\u0301\u2013\u0130\U0001f600"),
    max_size=40,
)


@settings(max_examples=300)
@given(st.one_of(TEXTS, st.text(max_size=40)))
def test_each_character_gives_what_it_gives_alone(text: str) -> None:
    folded = fold(text)
    assert folded.text.split() == "".join(fold(char).text for char in text).split()
    assert list(folded.at) == sorted(folded.at)
    for char, index in zip(folded.text, folded.at, strict=True):
        assert char == "\n" or char in fold(text[index]).text


def test_white_space_is_one_and_a_newline_wins() -> None:
    assert fold("A  b \n c\r\n\n d \u00a0e").text == "a b\nc\nd e"
    assert list(fold("A  b \n c").at) == [0, 1, 3, 4, 7]
