"""Score pairs of names with nomenklatura, in an environment of its own.

The parties' schema as argument, JSON lines in, a column per algorithm out.
"""

from __future__ import annotations

import json
import sys

from followthemoney import model
from nomenklatura.matching import get_algorithm

ALGORITHMS = ("logic-v1", "logic-v2")


def main() -> None:
    schema = sys.argv[1]
    columns: dict[str, list[float]] = {name: [] for name in ALGORITHMS}
    for number, line in enumerate(sys.stdin):
        parties = []
        for side, name in zip("ab", json.loads(line), strict=True):
            # Its caches go by id: an id used twice would be answered with the first pair's score.
            party = model.get_proxy(
                {"id": f"{number}{side}", "schema": schema, "properties": {"name": [name]}}
            )
            parties.append(party)
        for algorithm in ALGORITHMS:
            scorer = get_algorithm(algorithm)
            columns[algorithm].append(scorer.compare(*parties, scorer.default_config()).score)
    json.dump(columns, sys.stdout)


if __name__ == "__main__":
    main()
