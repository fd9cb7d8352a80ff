"""The vectors of all documents in memory, and which of them are closest to one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any


class Vectors:
    """One row for each document that has a vector; needs numpy, which who gives documents vectors has."""

    def __init__(self, rows: Iterable[tuple[int, bytes]], slot_of_row: Mapping[int, int]) -> None:
        import numpy as np

        known = [(slot_of_row[rowid], packed) for rowid, packed in rows if rowid in slot_of_row]
        self.slots = [slot for slot, _packed in known]
        joined = np.frombuffer(b"".join(packed for _slot, packed in known), dtype=np.float32)
        self._matrix: Any = joined.reshape(len(known), -1) if known else joined

    def closest(self, vector: Sequence[float], allowed: int, limit: int) -> Iterator[tuple[int, float]]:
        """(slot, cosine) of the documents in a set of slots, the closest first."""
        import numpy as np

        if not self.slots:
            return
        cosines = self._matrix @ np.array(vector, dtype=np.float32)
        found = 0
        for place in np.argsort(-cosines, kind="stable"):
            slot = self.slots[int(place)]
            if allowed >> slot & 1:
                yield slot, float(cosines[int(place)])
                found += 1
                if found == limit:
                    return
