"""`python -m tests.coverage_gate`: of the branches of the decisions, nearly all have been taken.

Coverage's own percentage mixes lines and branches, and a whole branch may hide behind many lines.
"""

import json
import sys
import tempfile
from pathlib import Path

from coverage import Coverage

DECISIONS = ("bot/domain/*", "bot/services/*")
AT_LEAST_PERCENT = 95.0


def main() -> int:
    """Print what is missing where; the exit status is 0 if it is little enough."""
    measured = Coverage()
    measured.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        measured.json_report(outfile=str(report), include=list(DECISIONS))
        found = json.loads(report.read_text())
    said = []
    for name, file in sorted(found["files"].items()):
        if file["missing_branches"]:
            lines = sorted({start for start, _ in file["missing_branches"]})
            said.append(f"{name}: not all ways from lines {', '.join(map(str, lines))}")
    percent = found["totals"]["percent_branches_covered"]
    said.append(f"{percent:.1f} % of the branches were taken; {AT_LEAST_PERCENT:.0f} % have to be.")
    sys.stdout.write("\n".join(said) + "\n")
    return 0 if percent >= AT_LEAST_PERCENT else 1


if __name__ == "__main__":
    sys.exit(main())
