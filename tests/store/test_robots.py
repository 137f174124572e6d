"""What robots.txt said is remembered for a day, within bounds."""

from datetime import UTC, datetime, timedelta

from tidings.store import robots
from tidings.store.database import open_memory

NOW = datetime(2020, 2, 20, 7, 30, tzinfo=UTC)
RULES = b"User-agent: *\nDisallow: /\n\xff\x00"


def test_an_answer_is_remembered_for_a_day_and_replaced_by_a_newer_one():
    """Bodies come back byte for byte; one of an older day, or of a clock that was ahead, does not."""
    with open_memory() as connection:
        robots.record_robots(connection, [("https://a.example", NOW, RULES), ("https://b.example", NOW, b"")], NOW)
        assert robots.remembered(connection, NOW) == [("https://a.example", NOW, RULES), ("https://b.example", NOW, b"")]
        later = NOW + timedelta(hours=23)
        robots.record_robots(connection, [("https://a.example", later, b"new")], later)
        assert robots.remembered(connection, later) == [("https://a.example", later, b"new"), ("https://b.example", NOW, b"")]
        assert robots.remembered(connection, NOW + timedelta(hours=24)) == [("https://a.example", later, b"new")]
        assert robots.remembered(connection, NOW - timedelta(hours=1)) == []


def test_what_is_old_or_of_a_wrong_clock_is_forgotten():
    """An upkeep drops what nobody may use any more, and says how many."""
    with open_memory() as connection:
        robots.record_robots(connection, [("https://a.example", NOW, b"")], NOW)
        assert robots.forget_robots(connection, NOW + timedelta(hours=23)) == 0
        assert robots.forget_robots(connection, NOW + timedelta(hours=24)) == 1
        robots.record_robots(connection, [("https://a.example", NOW, b"")], NOW)
        assert robots.forget_robots(connection, NOW - timedelta(days=400)) == 1


def test_there_are_bounds_for_number_and_size():
    """Feeds that link to thousands of hosts fill nothing: the newest answers stay."""
    with open_memory() as connection:
        many = [(f"https://h{n}.example", NOW - timedelta(seconds=n), b"") for n in range(robots.ORIGINS_MAX + 50)]
        robots.record_robots(connection, many, NOW)
        kept = robots.remembered(connection, NOW)
        assert len(kept) == robots.ORIGINS_MAX
        assert f"https://h{robots.ORIGINS_MAX}.example" not in {origin for origin, _, _ in kept}
        large = [(f"https://large{n}.example", NOW, bytes(robots.BYTES_MAX // 8)) for n in range(20)]
        robots.record_robots(connection, large, NOW)
        assert sum(len(body) for _, _, body in robots.remembered(connection, NOW)) <= robots.BYTES_MAX
