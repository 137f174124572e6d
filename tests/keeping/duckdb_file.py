"""Compare two states of a file of DuckDB, block by block."""

from tidings.store.blocks import PARTS, File


def touched(before: File, after: File) -> tuple[list[int], list[str]]:
    """Return the blocks in use by the header of `before` that were written over, and what of it was more than free parts of metadata."""
    changed, wrong = [], []
    for number in range(before.block_count):
        if number in before.free or after.block(number) in (before.block(number), b""):  # a file is cut off after the header is written
            continue
        changed.append(number)
        free = before.metadata.get(number)
        if free is None:
            wrong.append(f"block {number} holds values")
            continue
        wrong += [
            f"part {part} of block {number} was in use"
            for part in range(PARTS)
            if part not in free and before.part(number, part) != after.part(number, part)
        ]
    return changed, wrong
