"""Names as the Entity List and its neighbours print them: several parties and notes in one cell."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from ingest.records import Name

# The patterns from here to ADDRESS_ONLY are part of party_key(): a change to them changes ids.
PREFIX_RELATIONS = (
    re.compile(
        r"^(?P<parent>.+?)[.,]*\s+(?:and\s+)?(?P<word>Affiliated Entity|Subordinate Institution|Subordinate Entity)"
        r"\s*[:–—-]*\s+(?P<child>\S.*)$",
        re.IGNORECASE,
    ),
    re.compile(r"^(?P<parent>[^:(]+)\s(?P<word>entity):\s*(?P<child>.+)$"),
)
SUFFIX_RELATION = re.compile(
    r"^(?P<child>.+?)\s*\((?P<word>a subordinate institute of|a subsidiary of|Parent Organization:)\s*(?P<parent>.+)\)$",
    re.IGNORECASE,
)
SCOPE = re.compile(
    r"[,.]?\s+(?P<scope>(?:and (?:any|its) (?:successors?|sub-?units)\b.*|including the Armed Forces\b.*))$",
    re.IGNORECASE,
)
SEE_ALSO = re.compile(r"[,.]?\s*\(?\s*see (?:also |the )?(?:alternat\w+ |other )?address.*$", re.IGNORECASE)
PLACE_TAIL = re.compile(
    r"^(?P<name>.+\b(?:Ltd\.?|Limited|Pte\. Ltd\.)(?: ?\([^)]*\))?),\s*(?P<place>[^()]*)$"
)
NO_PLACE = re.compile(
    r"\b(?:Institute|Lab\w*|Cent(?:er|re)|Plant|Academy|Branch|Factory|Department|Bureau|Office|Company|Co|Inc|LLC"
    r"|a\.k\.a|aka|f\.k\.a)\b|\d",
    re.IGNORECASE,
)
ADDRESS_ONLY = re.compile(r"address \d+", re.IGNORECASE)

MARK = r"(?<![\w.])(?:(?P<former>f\.?\s?k\.?\s?a\b\.?|formerly(?: known as)?)|(?:a\.?\s?k\.?\s?a\b\.?|also known as)),?"
IN_BRACKETS = re.compile(rf"[(\[]\s*{MARK}\s*(?P<names>.+?)[)\]]?\s*$", re.IGNORECASE)
IN_BRACKETS_WITHIN = re.compile(rf"[(\[]\s*{MARK}\s*(?P<names>[^()\[\]]+)[)\]]\s*", re.IGNORECASE)
IN_LINE = re.compile(rf",?\s*{MARK}\s*(?P<names>.*)$", re.IGNORECASE)
ANNOUNCEMENT = re.compile(r"^,?\s*the following \w+ alias(?:es)?\s*:?\s*", re.IGNORECASE)
SHORT_FORM = re.compile(r"^(?P<name>.+?),?\s*\((?P<short>[A-Za-z][\w.&-]*(?: ?\d+)?)\)$")
AFTER_FORM = re.compile(r"((?:Ltd|Limited|Inc|LLC|Corp|Co|Corporation)\.?,) and ")
FULL_STOP = re.compile(r"(?<![A-Z.])(?<!Co)(?<!Ltd)(?<!Inc)(?<!Corp)(?<!Pvt)(?<!Pte)\.$")
ALIAS_ADDRESS = re.compile(r"[.,]\s+(?:No\.?\s*)?\d+[\w/-]*[\s,]+\w[^,]*,.*$")
GENERIC = re.compile(
    r"^(?:\d+\w*|First|Second|Third|Fourth|Fifth|Sixth)\b.*\b(?:Institute|Factory|Department|Academy)$",
    re.IGNORECASE,
)
LOST_QUOTES = re.compile(r"\?{1,2}(?=\w)([^?]*\w)\?{1,2}(?!\w)")
LOST_APOSTROPHE = re.compile(r"(?<=\w)\?(?=(?:s|an|ur|ah|yan)\b)")
LOST_DASH = re.compile(r"(?<=[A-Z])\?(?=[A-Z])")


@dataclass
class Party:
    """A name cell taken apart. `key` names the party, `parent_key` the one it is listed under."""

    key: str
    names: list[Name]
    parent: str = ""
    scope: str = ""
    short: str = ""
    doubts: list[str] = field(default_factory=list)

    @property
    def parent_key(self) -> str:
        return _words(_plain(self.parent)) if self.parent else ""


def party_key(text: str, *, address: str = "", parent: str = "") -> str:
    """Return what names a party of a BIS list in every file that prints it.

    The key is the words of the printed name, without a place after the legal form and without a bracketed
    repetition of a word of the name; an entry that lists an address is named by that address too. Neither
    the country nor the publisher's id is part of it: the lists print a row per country of one party, and no
    id of the file of 2022 is in the file of 2023. `parent` is given where a text nests the parties of a group
    under it and calls them subordinate; an affiliate has a name of its own.
    """
    party = _split(text)
    if ADDRESS_ONLY.fullmatch(party.child):
        return f"{_words(party.child)} / {_words(address)}"
    above = parent or (party.parent if party.nested else "")
    words = _words(_plain(party.child))
    return f"{_words(_plain(above))} / {words}" if above else words


def read_party(text: str, aliases: list[str], address: str = "") -> Party:
    """Take a name cell and its aliases apart."""
    split = _split(text)
    party = Party(party_key(text, address=address), [], split.parent, split.scope)
    if ADDRESS_ONLY.fullmatch(split.child):
        party.names = [Name(split.child, "weak")]
        return party
    child = _without_place(split.child)
    party.names = _with_marked(child)
    main = party.names[0].text
    short = SHORT_FORM.match(main)
    if short and _repeats(short["name"], short["short"]):
        party.short = short["short"]
        party.names[0] = Name(short["name"])
        kind = "alias" if party.short.islower() or len(party.short) > 4 else "weak"
        party.names.append(Name(party.short, kind))
    if split.nested and GENERIC.match(main):
        party.names = [Name(f"{split.parent} {main}"), Name(main, "weak"), *party.names[1:]]
    for alias in aliases:
        party.names += split_aliases(alias)
    for name in list(party.names):
        mended = repaired(name.text)
        if mended != name.text:
            party.names.append(Name(mended, "alias" if name.kind == "primary" else name.kind))
        if "?" in mended or "\ufffd" in mended:
            party.doubts.append(name.text)
    first: dict[str, Name] = {}
    for name in party.names:
        first.setdefault(name.text, name)
    party.names = list(first.values())
    return party


def split_aliases(text: str) -> list[Name]:
    """Split an alias cell; the lists join aliases by semicolons and close with "; and"."""
    found: list[Name] = []
    for part in re.split(r"\s*;\s*", AFTER_FORM.sub(r"\1; ", text)):
        part = re.sub(r"^[-–—\s]*(?:and\b\s*)?[-–—]*|(?:[\s,]+and)?[\s,]*$", "", part, flags=re.IGNORECASE)
        part = ALIAS_ADDRESS.sub("", SEE_ALSO.sub("", part))
        part = FULL_STOP.sub("", part).strip()
        if not part or part.startswith("("):
            continue
        found += [
            Name(name.text, "alias" if name.kind == "primary" else name.kind) for name in _with_marked(part)
        ]
    return found


def repaired(text: str) -> str:
    """Put back the apostrophes, quotes and dashes that the publisher's export turned into question marks."""
    text = text.replace("\x92", "'").replace("\x91", "'").replace("\x93", '"').replace("\x94", '"')
    text = LOST_APOSTROPHE.sub("'", text)
    text = LOST_DASH.sub("-", text)
    text = LOST_QUOTES.sub(r"'\1'", text)
    return re.sub(r"(?<=\s)\?(?=\w)", "'", text)


@dataclass
class _Split:
    child: str
    parent: str = ""
    nested: bool = False
    scope: str = ""


def _split(text: str) -> _Split:
    text = SEE_ALSO.sub("", " ".join(text.split())).strip()
    scope = SCOPE.search(text)
    if scope:
        text = text[: scope.start()]
    note = scope["scope"] if scope else ""
    for pattern in PREFIX_RELATIONS:
        if found := pattern.match(text):
            nested = found["word"].lower() != "affiliated entity"
            return _Split(found["child"].strip(), found["parent"].strip(), nested, note)
    if found := SUFFIX_RELATION.match(text):
        return _Split(found["child"].strip(), found["parent"].strip(), scope=note)
    return _Split(re.sub(r"\s+subordinate institution:$", "", text, flags=re.IGNORECASE), scope=note)


def _without_place(text: str) -> str:
    tail = PLACE_TAIL.match(text)
    return text if tail is None or NO_PLACE.search(tail["place"]) else tail["name"]


def _plain(text: str) -> str:
    """Cut what some files print with a name and others do not."""
    text = _without_place(_with_marked(text)[0].text)
    short = SHORT_FORM.match(text)
    if short and _words(short["short"]) in _words(short["name"]).split():
        return short["name"]
    return text


def _words(text: str) -> str:
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", text.casefold()))


def _repeats(name: str, short: str) -> bool:
    """Tell a short form of the name (CETC 13, HiSilicon) from a place or a note in brackets."""
    letters = re.sub(r"[^a-z]", "", short.casefold())
    words = _words(name).split()
    if not letters or letters in words:
        return bool(letters)
    if not short.replace(" ", "").replace("-", "").isupper() and not short[1:].isupper():
        return False
    initials = iter("".join(word[0] for word in words) + " ")
    return len(letters) > 1 and all(letter in initials for letter in letters)


def _with_marked(text: str) -> list[Name]:
    """Split off what is marked a.k.a. or f.k.a., in brackets or in line."""
    marked: list[Name] = []
    for pattern in (IN_BRACKETS_WITHIN, IN_BRACKETS, IN_LINE):
        while found := pattern.search(text):
            if found.start() == 0 and not found["names"].strip():
                break
            kind = "former" if found["former"] else "alias"
            for part in re.split(r"\s*;\s*(?:and\s+)?", ANNOUNCEMENT.sub("", found["names"])):
                if part.strip(" ,)"):
                    marked.append(Name(part.strip(" ,"), kind))
            end = found.end() if pattern is IN_BRACKETS_WITHIN else len(text)
            text = f"{text[: found.start()].rstrip()} {text[end:]}".strip(" ,")
    main = [Name(text)] if text else []
    return main + marked or [Name(text)]
