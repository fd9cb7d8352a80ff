"""Reading queries: how many a second, how much memory the label index takes, how long until a new process has it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from portal.demo.judging import JUDGEMENTS
from portal.indexing.labels import FILE
from portal.settings import Settings
from portal.site import Site
from search.analysis.cleaning import clean
from search.concepts.reading import understand
from search.concepts.units import units
from search.evaluate import read_needs
from tests.benchmarks.page import demonstration
from tests.benchmarks.pairs import compare, show
from tests.moments import NOW

_NEW_PROCESS = """
import os, sys, time
from portal.settings import Settings
from portal.site import Site
site = Site.open(Settings(data_dir=sys.argv[1]))
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
before, start = resident(), time.perf_counter()
site.warm()
print(f"{len(site.labels)} labels: {resident() - before:.0f} MB, there after {time.perf_counter() - start:.2f} s")
"""


def run() -> None:
    """Print speed, memory and time."""
    phrases = [
        (language, phrase)
        for need in read_needs(JUDGEMENTS)
        for phrases in (need.phrases, need.careless)
        for language, phrase in phrases.items()
    ]
    with TemporaryDirectory() as folder:
        demonstration(Path(folder))
        site = Site.open(Settings(data_dir=folder))
        labels, thesaurus = site.labels, site.thesaurus

        def read() -> None:
            for language, phrase in phrases:
                understand(phrase, language, labels, thesaurus, NOW.date())

        def cut() -> None:
            for _language, phrase in phrases:
                units(clean(phrase))

        pair = compare(f"{len(phrases)} phrases of the judgement set", read, cut, turns=5)
        show("understanding against cutting the same text into words alone", [pair], "≥ 2,000 queries a second")
        print(f"  {len(phrases) / pair.ours * 1000:.0f} queries a second on one core")
        site.close()
        (Path(folder) / FILE).unlink()
        for way in ("built", "read from its file"):
            print(f"  index {way}: {_new_process(folder)} (targets 150 MB, 2 s)")


def _new_process(folder: str) -> str:
    """What a process that has just begun says of the index."""
    ran = subprocess.run([sys.executable, "-c", _NEW_PROCESS, folder], capture_output=True, text=True, check=True)
    return ran.stdout.strip()
