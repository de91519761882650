"""Compile the matcher's loops now, at install, so that the first question is answered at once: python -m matching."""

from __future__ import annotations

from matching import Index, Query, Record, RecordName


def main() -> None:
    names = (
        "Hangzhou Hikvision Digital Technology Co., Ltd.",
        "杭州海康威视数字技术股份有限公司",
        "株式会社日立製作所",
    )
    index = Index.build([Record("example", "Company", tuple(map(RecordName, names)))])
    for hits in index.match_many([Query("Hik Vison"), Query("海康威视"), Query("Hitachi")], threshold=0.1):
        for hit in hits:
            hit.explanation.sentence()


if __name__ == "__main__":
    main()
