"""Names on Chinese exchanges: marks that the exchange puts on a short name, and what kind of party a controller is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ingest.records import Name

# *ST and ST: under special treatment; S: share reform outstanding; N and C: the first days of trading.
LEAD = re.compile(r"^(?:S\*ST|SST|\*ST|ST|PT|S(?=[\u4e00-\u9fff])|[NC](?=[\u4e00-\u9fff]))|^退市(?=..)")
# The class of the share; U: no profit yet, W: weighted votes, V: controlled by contract, D: depositary receipt.
TAIL = re.compile(r"(?:-[UWVD]{1,3}|(?<=[\u4e00-\u9fff])[AB]|(?<=..)退)$")
# On the day without dividend or rights, the mark takes the place of the name's last letters.
CUT = re.compile(r"^(?:XD|XR|DR)")

NOBODY = re.compile(r"^(?:无实际控制人|无控股股东.*|不存在实际控制人|无|-+|)$")
PUBLIC = re.compile(
    "国有资产监督管理|国有资产监管|国资委|国有资产管理(?:局|委员会|办公室)|人民政府|国务院|管理委员会|管委会|金融监督管理局"
    "|财政(?:部|厅|局)|财政金融局|政府$|建设兵团|办公室$|办事处$|^中华人民共和国"
    # A surname and a given name have four letters at most: 吴明厅 is a person.
    "|.{4}[局厅部]$"
)
BODY = re.compile(
    "公司|集团|企业|银行|合伙|.{4}[厂社院所校会站室队台村]$|中心$|大学|学院|基金|信托|协会|职工|员工|工会|街道|控股|投资|资本"
    "|有限|股份"
    r"|\b(?:ltd|limited|inc|corp|corporation|co|company|llc|l\.?p|b\.?v|n\.?v|s\.?a|a\.?g|s\.?p\.?a|s\.?e|a/?s|ab|plc|gmbh"
    r"|holdings?|fund|trust|group|foundation|partners|capital|investments?|international|pte|kg|stiftung)\b\.?",
    re.IGNORECASE,
)
FAMILY = re.compile("家族$|夫妇$|父子$|兄弟$|姐妹$|等人$|一致行动人")
PERSON = re.compile(
    r"^(?:[\u3400-\u9fff·]{2,4}|[\u3400-\u9fff]{1,}·[\u3400-\u9fff·]+|[A-Za-z\u00c0-\u024f.,'’ -]+(?:\(.{2,4}\))?)$"
)


def short_names(text: str) -> Iterator[Name]:
    """Yield an exchange's short name without its marks, then as it stands on the board."""
    text = "".join(text.split())
    plain = unicodedata.normalize("NFKC", text)
    if CUT.match(plain):
        yield Name(text, "weak", "zh")
        return
    bare = TAIL.sub("", LEAD.sub("", plain))
    if bare and bare != text:
        yield Name(bare, "alias", "zh")
    yield Name(text, "alias", "zh")


def controller_schema(text: str) -> str:
    """Say what kind of party an actual controller is: PublicBody, Company, Organization or Person; "" where there is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if NOBODY.match(plain):
        return ""
    if FAMILY.search(plain):
        return "Person"
    if PUBLIC.search(plain):
        return "PublicBody"
    if BODY.search(plain):
        return "Company" if re.search("公司|集团|[A-Za-z]", plain) else "Organization"
    return "Person" if PERSON.match(plain) else "LegalEntity"
