"""Measure throughput, latency, start, memory and growth: of Tagonomy and of its peers, in turns.

Run ``python benchmarks/throughput.py --help``. In every round the models load in fresh processes and then
tag in short turns, one right after the other, while the others wait. A figure is the median of the rounds,
each with its best turn; a ratio is the median of the rounds' medians over turns, each divided by its
neighbour, so that what else the machine does slows both sides of it down. Ratios of CPU time are the
steadiest figures.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # statistics.py beside this script would shadow the standard library's.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from benchmarks.throughput_run import main

    sys.exit(main())
