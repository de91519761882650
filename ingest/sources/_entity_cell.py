"""The entity column of the supplements to 15 CFR part 744: name, aliases and addresses in one cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

# A name goes on after a comma where the next piece begins with one of these.
FORM = re.compile(
    r"""^(?:(?:Pte|Pvt|Pty|Private|Public|Co|Company|Corp|Corporation)[.,]?\ )*
    (?:Ltd|Limited|Ltda|Inc|Incorporated|L\.?L\.?C|L\.?L\.?P|L\.?P|P\.?L\.?C|Co|Company|Corp|Corporation|Pte|Pvt|Pty
    |JSC|J\.S\.C|PJSC|OJSC|CJSC|OAO|OOO|PAO|ZAO|AO|FSUE|FGUP|FGBU|NPO|NPP|S\.?A|S\.?A\.?S|S\.?A\.?R\.?L|S\.?R\.?L|S\.?P\.?A
    |B\.?V|N\.?V|GmbH|A\.?G|KG|A\.?S|A\.?\u015e|Oy|AB|ApS|S\.R\.O|SPRL|DMCC|FZ-?E|FZ-?CO?|FZ-?LLC|F\.?Z\.?E|F\.?Z\.?C
    |Sdn|San|Sanayi|Tic|Dis|Jr|Sr|Open\ Joint|Public\ Joint|Joint[- ]Stock|Closed\ Joint|Branch)\b""",
    re.VERBOSE | re.IGNORECASE,
)
# ... or where it is a part of an organisation and no street.
ORGAN = re.compile(
    r"\b(?:Institut\w*|Academy|Factory|Universit\w+|Plant|Bureau|Laborator\w+|Department|Branch|Faculty|School of"
    r"|Subsidiar\w+|Agency|Ministry|Division)\b",
    re.IGNORECASE,
)
# What tells a company from a place where neither has a street.
TRADE = re.compile(
    r"\b(?:Ltd|Limited|Inc|LLC|Co|Company|Corp\w*|JSC|OOO|AO|GmbH|Technolog\w+|Software|Services?|Enterprises?|Networks?"
    r"|Communications?|Electronics?|Microsystems|Research|Lab)\b"
)
PLACE = re.compile(
    r"^(?:No\.?|Nos\.|Room|Rm\.?|Suite|Floor|Flat|Office|Building|Bldg\.?|Block|Unit|Shop|Plot|House|Apt\.?|Level|Lot"
    r"|P\.? ?O\.?\b|PO Box|c/o|Near|Opposite|Address|Alt|Xiangfang|Zone)\b|\b(?:Street|St\.|Road|Rd\.?|Avenue|Ave\.?|District"
    r"|ul\.|ulitsa|prospekt|Highway|Boulevard|Blvd\.?|Lane|Square|Building|Area)(?=$|[\s,;.])|\d",
    re.IGNORECASE,
)
INTRODUCTION = re.compile(
    r"^(?P<name>.+?)[,.;]?\s*\(?\s*(?P<mark>a\.?k\.?a|f\.?k\.?a)\.?,?\s*(?:the\s+)?following(?:\s+(?P<count>[\w-]+))?\s+alias(?:es)?\s*[:;.]?\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
GROUP = re.compile(
    r"(?:,?\s*and to include the following addresses)?"
    r"(?:,?\s*(?:and|with|including)\s+)?(?:to include\s+)?(?:the following\s+)?(?:its\s+)?(?:\w+\s+)?(?:addresses for\s+)?(?:the\s+)?"
    r"(?P<kind>subordinate|affiliated)\s+(?:institut(?:ion|e)s|entities)\s*(?:\(\d+\))?\s*:\s*",
    re.IGNORECASE,
)
GROUP_LINE = re.compile(
    r"^(?P<kind>subordinate|affiliated)\s+(?:institut\w+|entit\w+)\s*[:.]?\s+(?=[A-Z]|$)", re.IGNORECASE
)
SHARED = re.compile(
    r"the following addresses? appl(?:y|ies) to .*?(?:institut\w+|entit\w+)\s*:\s*", re.IGNORECASE
)
NESTED_NAME = re.compile(
    r"\b(?:subordinate|affiliated)\s+(?:institution|institute|entity)\s*[:–—-]\s*$", re.IGNORECASE
)
ADDRESSES_FOR = re.compile(r"^(?:Alt(?:ernate)? )?Address(?:es)?(?: for [^:]+)?\s*:\s*", re.IGNORECASE)
SEE_ALSO = re.compile(
    r"[.,;]?\s*\(?\s*\(?see (?:also )?(?:the )?(?:alternat\w+ |other )?address[^)]*\)?\.?", re.IGNORECASE
)
BETWEEN_ADDRESSES = re.compile(
    r"\s*(?:[;,]\s*and\s+(?=(?:No|Room|P\.?O|Building|Floor|\d))|;\s*(?:and\s+)?|\.?\s*Alt\.? Address:\s*)",
    re.IGNORECASE,
)
NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *(
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ),
)
COUNTS = {word: number for number, word in enumerate(NUMBERS)}
GROUP_SIZE = re.compile(
    r"\b(?P<count>[\w-]+) (?:subordinate|affiliated) (?:institut\w+|entities)", re.IGNORECASE
)
ABBREVIATED = re.compile(r"(?:\b(?:Co|St|Dr|Mr|No|Jr|Inc|Corp|Bros|Ind|Ed|Pte|Pvt|[A-Z])|\b[a-z]\.[a-z])$")


@dataclass
class Party:
    """One party of a cell. `under` is the group it is printed below, `relation` how the text calls it."""

    name: str
    aliases: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    under: str = ""
    relation: str = ""
    announced: int = 0


def cell_text(cell: etree._Element, *, notes: bool = False) -> str:
    """Return the cell's text with a newline for each <br/>; footnote marks as "[1]" or left out."""
    parts: list[str] = []

    def walk(element: etree._Element) -> None:
        for piece in (element.text, *element):
            if isinstance(piece, str):
                parts.append(re.sub(r"\s+", " ", piece))
            elif piece is not None:
                tag = etree.QName(piece).localname.upper()
                if tag in ("BR", "P"):
                    parts.append("\n")
                if tag == "SU":
                    parts.append(f" [{''.join(piece.itertext()).strip()}]" if notes else "")
                else:
                    walk(piece)
                parts.append(re.sub(r"\s+", " ", piece.tail or ""))

    walk(cell)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(lines).strip()


def read_cell(text: str) -> list[Party]:
    """Take an entity cell apart: the entry first, then the parties that it names below itself."""
    reader = _Reader()
    text = re.sub(r"(?<=[:;])\s*(and\s+)?—\s*", r" \1\n—", text)
    for line in text.split("\n"):
        reader.take(" ".join(line.split()))
    return reader.finish()


def announced(text: str) -> int:
    """Return how many parties the cell says that it names below its entry; 0 where it does not say."""
    words = (found["count"].lower() for found in GROUP_SIZE.finditer(text.replace("\n", " ")))
    return max((int(word) if word.isdecimal() else COUNTS.get(word, 0) for word in words), default=0)


class _Reader:
    """Reads a cell line by line; a line is a name, an alias after a dash, a group's heading or an address."""

    def __init__(self) -> None:
        self.parties: list[Party] = []
        self.relation = ""
        self.prefix = ""
        self.awaits_address = False
        self.shared: list[str] = []

    def take(self, line: str) -> None:
        if not line:
            return
        if line.startswith("—") and self.parties:
            self._dash(line)
        elif not self.parties and NESTED_NAME.search(line):
            self.prefix = f"{line} "
        elif not self.parties:
            self._name(self.prefix + line)
        elif found := SHARED.search(line):
            if before := line[: found.start()].strip():
                self._plain(before)
            self.shared += _addresses(line[found.end() :])
        elif found := ADDRESSES_FOR.match(line):
            before, heading, rest = _at_group(line[found.end() :])
            self.parties[-1].addresses += _addresses(before)
            self._group(heading, rest)
        elif found := GROUP_LINE.match(line):
            self._group(found["kind"], line[found.end() :])
        else:
            self._plain(line)

    def _dash(self, line: str) -> None:
        """A dash opens an alias, or a further party of a group once the announced aliases are there."""
        party = self.parties[-1]
        if self.relation and len(party.aliases) >= party.announced:
            self._name(re.sub(r"^—\s*|[;,]\s*(?:and)?$|\sand$", "", line))
        else:
            self._alias(line)

    def _plain(self, line: str) -> None:
        before, heading, rest = _at_group(line)
        if before and self.relation and self._is_party(before):
            self._name(before)
        elif before:
            self.parties[-1].addresses += _addresses(before)
            self.awaits_address = False
        self._group(heading, rest)

    def _is_party(self, line: str) -> bool:
        if INTRODUCTION.match(line):
            return True
        name, rest = split_name(line)
        if line.startswith("and ") or PLACE.search(name):
            return False
        return bool(ORGAN.search(name) or _has_form(name)) or not (rest or self.awaits_address)

    def _group(self, heading: str, rest: str) -> None:
        if heading:
            self.relation = heading.lower()
            self.awaits_address = False
            if rest:
                self._name(rest)

    def _name(self, line: str) -> None:
        before, heading, rest = _at_group(line)
        above = self.parties[0].name if self.parties else ""
        if found := INTRODUCTION.match(before):
            announced = COUNTS.get((found["count"] or "").lower(), 99)
            party = Party(found["name"].strip(" ,"), under=above, relation=self.relation, announced=announced)
            self.parties.append(party)
            self.awaits_address = True
            if found["rest"]:
                self._alias(found["rest"])
        else:
            name, address = split_name(before)
            name = name if address else _without_stop(name)
            if self.parties or name:
                self.parties.append(Party(name, [], _addresses(address), above, self.relation))
            self.awaits_address = False
        self._group(heading, rest)

    def _alias(self, line: str) -> None:
        line = re.sub(r"^(?:and\s+)?—\s*|(?:[;,]\s*(?:and)?|\sand)$", "", line)
        line, heading, rest = _at_group(line)
        pieces = [piece for piece in re.split(r"\s*;\s*(?:and\b\s*)?", line) if piece]
        for number, piece in enumerate(pieces):
            alias, address = _alias_and_rest(piece.strip())
            alias = re.sub(r"(?:[\s,]+and|\s*[,;])+$", "", alias)
            alias = _without_stop(alias)
            if alias and not (number and PLACE.search(alias) and "," in alias):
                self.parties[-1].aliases.append(alias)
            elif alias:
                address = piece
            if address:
                self.parties[-1].addresses += _addresses("; ".join([address, *pieces[number + 1 :]]))
                self.awaits_address = False
                break
        self._group(heading, rest)

    def finish(self) -> list[Party]:
        for party in self.parties:
            if party is self.parties[0] or not party.addresses:
                party.addresses += self.shared
        return self.parties


def _at_group(line: str) -> tuple[str, str, str]:
    """Split a line at the heading of a group of parties: what stands before, the kind, what stands after."""
    found = GROUP.search(line)
    if not found:
        return line, "", ""
    return line[: found.start()].strip(" ,"), found["kind"], line[found.end() :]


def _alias_and_rest(text: str) -> tuple[str, str]:
    """Split the last alias from an address printed on its line."""
    name, rest = split_name(text)
    if rest.count(",") > 1 and PLACE.search(rest):
        stop = re.search(r"(?<!\bCo)\.\s+(?=[A-Z\d])", name)
        if stop is None or ABBREVIATED.search(name[: stop.start()]):
            return name, rest
        return name[: stop.end()].strip(), f"{name[stop.end() :]},{rest}"
    for found in re.finditer(r"\.\s+(?=[^\sa-z]|ul\.|d\.)", text):  # "ul." and "d." open Russian addresses
        alias, rest = text[: found.start()], text[found.end() :]
        first, _, further = rest.partition(",")
        if not further or ABBREVIATED.search(alias) or FORM.match(further.strip()) or _has_form(first):
            continue
        return f"{alias}.", rest
    return text, ""


def _without_stop(name: str) -> str:
    """Drop the full stop that ends the sentence and keep that of an abbreviation."""
    return re.sub(
        r"(?<!\bCo)(?<!\b(?:Ltd|Inc))(?<!\bCorp)(?<!\bJr)(?<!\bBhd)(?<!\.[A-Z])\.$", "", name
    ).strip()


def _has_form(name: str) -> bool:
    return bool(TRADE.search(name))


def split_name(text: str) -> tuple[str, str]:
    """Split "Name, Ltd., Street 1, City, Country." where the address begins."""
    text = text.strip()
    if found := re.search(r"[,.]?\s+\(?(?=(?:Alt\.? )?Address:)", text):
        return text[: found.start()], text[found.end() :]
    bracketed = re.match(r"^[^(]+\(\s*[af]\.?k\.?a\b.*?\)[,.]?\s+", text, re.IGNORECASE)
    start = bracketed.end() if bracketed else 0
    pieces = list(_pieces(text[start:]))
    if bracketed and pieces and not FORM.match(pieces[0]):
        return text[:start].rstrip(" ,."), text[start:]
    taken = 1
    while taken < len(pieces) and _goes_on(pieces[taken - 1], pieces[taken]):
        taken += 1
    name = text[:start] + ",".join(pieces[:taken])
    return name.strip(" ,"), ",".join(pieces[taken:]).strip()


def _goes_on(before: str, piece: str) -> bool:
    """Tell a part of the name from an address; a person's employer is an address."""
    piece = piece.strip()
    if FORM.match(piece):
        return True
    if not ORGAN.search(piece) or not (ORGAN.search(before) or re.search(r"\bCorporation\b", before)):
        return False
    return not PLACE.search(re.sub(r"\b\d+\w*(?= (?:Research|Institute|Academy|Factory))", "", piece))


def _pieces(text: str) -> Iterable[str]:
    """Split at commas outside brackets."""
    depth, piece = 0, ""
    for char in text:
        depth += (char == "(") - (char == ")" and depth > 0)
        if char == "," and not depth:
            yield piece
            piece = ""
        else:
            piece += char
    yield piece


def _addresses(text: str) -> list[str]:
    text = SEE_ALSO.sub("", text)
    text = ADDRESSES_FOR.sub("", text.strip())
    parts = (ADDRESSES_FOR.sub("", part.strip()) for part in BETWEEN_ADDRESSES.split(text))
    return [part for part in (re.sub(r"^and\s+|[\s,;.]+$", "", part) for part in parts) if part]
