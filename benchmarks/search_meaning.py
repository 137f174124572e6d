"""Measure search by meaning: what it finds in other words and other languages, and what comparing N vectors costs.

`python benchmarks/search_meaning.py [--vectors 100000 1000000] [--into FOLDER]`. Found is counted on tests/corpus/statements_*.jsonl, with
queries of our own (below) that share no word with the English sentence meant; LIKE_MIN was chosen on the half `choose`.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from tidings.meaning.use import UseMeaning
from tidings.pipeline.by_meaning import LIKE_MIN, nearest
from tidings.pipeline.comparison import whole_numbers
from tidings.store.vector_file import add_vectors, numbers, read_vectors, records_of

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
LANGUAGES = ("ar", "tr", "zh", "ru")
QUERIES = {
    "c01": "deaths after bread shop came under artillery fire",
    "c02": "truce for three days in Sudan",
    "c03": "harbour labour stoppage Turkey",
    "c04": "deadly deluge in southwest Iran",
    "c05": "who became city head after the second ballot",
    "c06": "disease outbreak in Yemen",
    "c07": "EU blacklists Emirati shippers",
    "c08": "ex-minister jailed Tunisia",
    "c09": "petrol storage burning after UAV strike Russia",
    "c10": "blaze left Rohingya without homes",
    "c11": "crude flows again from Iraqi north to Turkey",
    "c12": "demonstrators arrested in Georgia",
    "c13": "new underground railway to an airport in China",
    "c14": "rare wild cat seen with its young",
    "c15": "lorries with relief supplies reach Gazans",
    "r01": "clinic bombed in Sudan",
    "r02": "captives swapped after the Karabakh war",
    "r03": "walkout in Kazakhstan's petroleum industry",
    "r04": "tremor in Turkey",
    "r05": "referendum Kyrgyzstan head of state time in office",
    "r06": "mosquito-borne disease deaths in Pakistan",
    "r07": "UK punishes mercenary recruiters",
    "r08": "reporters freed from jail in Turkey",
    "r09": "ship attacked off Yemen",
    "r10": "Sudanese refugees cross the border",
    "r11": "Beijing allows imports of meat from Brazil again",
    "r12": "agricultural protest Bulgaria highways",
    "r13": "ancient cuneiform texts dug up in Anatolia",
    "r14": "wildfire Syria coast evacuation",
    "r15": "soldiers of Lebanon deployed at frontier crossings",
}


def found(model: UseMeaning) -> None:
    """Print how many queries have a sentence that was meant among the first, for the half that was chosen on and the other."""
    print(
        "| half | in | sentences | first | among first 3 | among first 5 | likeness of what was meant: median, a tenth below | of the best other: median, a tenth above |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for half in ("choose", "report"):
        for language in ("en", *LANGUAGES):
            sentences = [one for other in [language] for one in _sentences(other, half)]
            queries = [(key, text) for key, text in QUERIES.items() if key[0] == half[0]]
            cosines = model.embed([text for _, text in queries]) @ model.embed([text for _, text in sentences]).T
            ranks, meant, others = [], [], []
            for row, (key, _) in zip(cosines, queries, strict=True):
                right = np.array([group == key for group, _ in sentences])
                ranks.append(int((row > row[right].max()).sum()))
                meant.append(row[right].max())
                others.append(row[~right].max())
            firsts = " | ".join(f"{sum(rank < most for rank in ranks)}/{len(ranks)}" for most in (1, 3, 5))
            spread = f"{np.median(meant):.2f}, {np.quantile(meant, 0.1):.2f} | {np.median(others):.2f}, {np.quantile(others, 0.9):.2f}"
            print(f"| {half} | {language} | {len(sentences)} | {firsts} | {spread} |", flush=True)


def _sentences(language: str, half: str) -> list[tuple[str, str]]:
    """Return (group, text) of the sentences of a language, each once."""
    rows = [json.loads(line) for line in (CORPUS / f"statements_{'tr' if language == 'en' else language}.jsonl").read_text().splitlines()]
    taken = [(one["id"].split("-")[1], one["told" if language == "en" else "text"]) for one in rows if one["half"] == half]
    return list(dict.fromkeys(taken))


def cost(model: UseMeaning, count: int, folder: Path) -> None:
    """Print what a file of that many vectors takes, and what one question to it costs."""
    path = folder / "vectors.bin"
    path.unlink(missing_ok=True)
    chance = np.random.default_rng(7)
    for first in range(0, count, 20_000):
        vectors = np.clip(chance.normal(0, 35, (min(20_000, count - first), model.dimension)), -127, 127).astype(np.int8)
        ids = (f"{number:032x}" for number in range(first, first + len(vectors)))
        add_vectors(
            path,
            "random",
            model.dimension,
            records_of([(one, row.tobytes()) for one, row in zip(ids, vectors, strict=True)], model.dimension),
        )
    times, clock = [], []
    for _ in range(3):
        cpu, began = time.process_time(), time.monotonic()
        kept = read_vectors(path, "random", model.dimension)
        nearest(vectors[0].tobytes(), [kept], numbers(kept))
        times.append(time.process_time() - cpu)
        clock.append(time.monotonic() - began)
    print(f"| {count:,} | {path.stat().st_size / 1e6:.0f} | {min(times):.2f} | {min(clock):.2f} |", flush=True)
    path.unlink()


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--into", type=Path, default=Path())
    given = parser.parse_args()
    model = UseMeaning()
    found(model)
    texts = [text for language in LANGUAGES for half in ("choose", "report") for _, text in _sentences(language, half)]
    cpu = time.process_time()
    whole_numbers(model.embed(texts))
    print(f"\n{len(texts)} sentences embedded in {time.process_time() - cpu:.2f} s of processor; LIKE_MIN {LIKE_MIN}\n")
    print("| vectors | MB | compared, cpu s | on the clock, s |\n|---|---|---|---|")
    for count in given.vectors:
        cost(model, count, given.into)


if __name__ == "__main__":
    main()
