"""`tidings why` knows an article by every spelling of its address, and says in words what became of it."""

import pytest

# name: (address, what is said)
ANSWERS = {
    "told": ("http://wire.example/flood", ["outcome: new: new_story new_statement", "It said something new.", "told to: desk"]),
    "without a scheme": ("wire.example/flood", ["outcome: new"]),
    "the https twin": ("https://www.wire.example/flood/", ["outcome: new"]),
    "with the port": ("http://wire.example:80/flood?utm_source=mail#top", ["outcome: new"]),
    "the AMP page": ("https://wire.example/flood/amp", ["outcome: new"]),
    "in capitals": ("HTTP://WIRE.EXAMPLE/flood", ["outcome: new"]),
    "a copy": ("wire.example/copy", ["It has the very text of another report.", "exact copy of article", "wire.example/flood", "score 1.00"]),
    "its story": ("wire.example/flood", ["story: Camp near Saraqib floods (2 reports, 1 origin)", "    opened: "]),
    "the story of a copy": ("wire.example/copy", ["    joined: it goes where what it copies is; nearest Wire: Camp near Saraqib floods"]),
    "by how much": ("wire.example/copy", ["score 1.00 of 0.", " needed: ", "nearest told (Wire): "]),
    "no word": ("wire.example/soap", ["No passage of it holds a word of any topic.", "looked for Idlib: Idlib*, Saraqib, Ariha", "with a companion: Tripoli"]),
    "no companion": ("wire.example/beirut", ["off_topic: companion_missing", "no companion near it"]),
    "too old": ("wire.example/old", ["known: older_than_first_window", "ingest.first_window_h"]),
    "gone": ("wire.example/gone", ["rejected: not_found", "The page is gone, or says that it is. (http 404)"]),
    "again later": ("wire.example/busy", ["deferred: http_503", "status 503 (Service Unavailable)", "tried 1 time; next try 2020-02-19"]),
    "told by a seed": ("wire.example/school", ["outcome: duplicate: exact", "exact copy of seed first", "Seeds: Ariha school opens"]),
    "a feed": ("wire.example/rss", ["feed of Wire: fine; last success"]),
    "a seed": ("seeds.example/first", ["seed first: what it says counts as told"]),
}  # fmt: skip


@pytest.mark.parametrize(("address", "said"), ANSWERS.values(), ids=ANSWERS)
def test_it_says_in_words_what_became_of_it(read, address: str, said: list[str]) -> None:
    """However the address is written, the answer has the outcome and a sentence for its reason."""
    answer = read("why", address)
    assert answer.code == 0
    for piece in said:
        assert piece in answer.out


def test_an_unknown_address_is_answered_with_the_nearest(read) -> None:
    """Mistyped, it was never seen: exit 1, and the addresses of that host that come nearest; of another host none."""
    answer = read("why", "wire.example/flod")
    assert answer.code == 1
    assert "never seen" in answer.err
    assert "http://wire.example/flood" in answer.err
    assert "nearest" not in read("why", "https://nowhere.example/flood").err


def test_a_script_is_told_that_it_was_never_seen(read) -> None:
    """With --json the same is one object."""
    answer = read("why", "wire.example/flod", "--json")
    assert (answer.code, answer.err) == (1, "")
    assert answer.json["nearest"][0] == "http://wire.example/flood"
    assert answer.json | {"nearest": []} == {"url": "https://wire.example/flod", "seen": False, "nearest": []}


@pytest.mark.parametrize("address", ["", "http://", "[::1", "not an address", "\udc80", "javascript:alert(1)", "http://a@b@c/"])
def test_what_is_no_address_is_refused(read, address: str) -> None:
    """Words that are no address cannot be asked about: one line, and exit 2."""
    answer = read("why", address)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("tidings: expected an address, such as ")
    assert answer.err.count("\n") == 1


def test_a_host_of_one_word_is_an_address(read) -> None:
    """A host may be one word: that was never seen."""
    assert read("why", "x", "--json").json["seen"] is False
