"""Measure throughput, latency, start, memory and growth: of Tagonomy and of its peers, in turns.

Run ``python benchmarks/throughput.py --help``. In every round the models load in fresh processes and then
tag in short turns, one right after the other, while the others wait. A round counts with its best turn,
and a figure is the median of the rounds; a ratio is the median of the rounds' ratios. Ratios of CPU time are
the steadiest figures.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # statistics.py beside this script would shadow the standard library's.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from benchmarks.throughput_run import main

    sys.exit(main())
