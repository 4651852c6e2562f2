"""Turn benchmark results into one HTML file, light and dark, and into Markdown for the docs.

Run ``python benchmarks/report.py RESULTS.jsonl ... --html report.html --markdown benchmarks.md``.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # statistics.py beside this script would shadow the standard library's.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from benchmarks.report_pages import main

    sys.exit(main())
