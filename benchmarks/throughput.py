"""Measure throughput, latency, start, memory and growth: of Tagonomy and of its peers, in turns.

Run ``python benchmarks/throughput.py --help``. In every round each model runs in fresh processes, one
model after the other; a figure is the median of the rounds, and within a round batches and single
articles count with their least time. Ratios of CPU time are the steadiest figures; wall times depend on
what else the machine does.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # statistics.py beside this script would shadow the standard library's.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from benchmarks.throughput_run import main

    sys.exit(main())
