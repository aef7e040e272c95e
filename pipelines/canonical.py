"""Canonical forms of Chinese text and titles, for comparing only: never shown to a reader.

Two spellings of one sentence (traditional or simplified, full or half width, with or without a
converter's pinyin glosses, rewrapped) have one canonical form. Nothing here decides identity, and
nothing here touches network, clock or database.
"""

import re
import unicodedata
from functools import lru_cache

import opencc

from pipelines.numbers import find_numbers

_HAN_RANGES = ((0x3400, 0x9FFF), (0xF900, 0xFAFF))
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
_GLOSS = re.compile(rf"(?<=[\u3400-\u9fff])[(（][a-z{_TONED}]{{1,6}}[)）]")
# Pairs a converter confuses depending on the phrase: both spellings must fold to one character.
_CONFUSED = str.maketrans("著覆瞭俱甦藉乾徵週佈髮復複値", "着复了具苏借干征周布发复复值")

_DIGITS = dict(zip("〇○零一二三四五六七八九", "000123456789", strict=True))
_HAN_YEAR = re.compile(r"[〇○零一二三四五六七八九OＯ]{4}(?=年)")
_STATUS = re.compile(
    r"[【\[（(](?:已?(?:失效|废止|修订|修改)|全文废止|部分(?:失效|废止)|现行有效|有效|全文|图|组图)[】\])）]"
)
_DRAFT = re.compile(
    r"[(（]?(?:公开|再次|第[一二三]次)?(?:征求意见|征询意见|公开征求意见)稿[)）]?"
    r"|[(（](?:草案|送审稿|讨论稿|修订草案|草案征求意见稿|修订征求意见稿)[)）]"
)
_TRIAL = re.compile(
    r"[(（](?:试行|暂行|试行稿)[)）]|(?:试行|暂行)(?=办法|规定|条例|细则|标准|规则|意见)"
)
_AGENCY_PREFIX = re.compile(
    r"^[^《》:：。]{0,80}?(?:部|厅|局|委|委员会|办|办公厅|办公室|会|院|政府|中心|部门|单位|总社|联合会|联|署|组)"
    r"\s*[:：]?\s*(?=(?:关于|印发|转发|发布|公布))"
)
_WRAPPED = (
    re.compile(
        r"^(?:关于)?(?:联合)?(?:重新|修订)?(?:印发|发布|公布|下发|颁布|出台)(?:实施)?\s*《(.+)》[^《》]{0,10}$"
    ),
    re.compile(
        r"^(?:关于)?(?:联合)?(?:重新|修订)?(?:印发|发布|公布|下发)([^《》]+?)的(?:通知|公告|通告|函|决定)$"
    ),
    re.compile(
        r"^(?:关于)?(?:公开|再次|向社会|公开向社会)*(?:征求|征集|征询)(?:对|关于)?\s*《(.+)》.{0,14}$"
    ),
    re.compile(r"^(?:关于|对)?(?:就|对)?\s*《(.+)》.{0,8}(?:征求|征集|征询)[^《》]{0,20}$"),
    re.compile(r"^《([^《》]+(?:《[^《》]+》[^《》]*)*)》$"),
)


@lru_cache(maxsize=1)
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def simplify(text: str) -> str:
    """Return the text in simplified characters; simplified text comes back unchanged.

    OpenCC `t2s`, after which characters that only a machine conversion writes (`誌願` for 志愿,
    `聯係` for 联系) are simplified too, and 著 as a verb ending becomes 着.
    """
    simplified: str = _to_simplified().convert(text)
    return _ASPECT.sub("着", simplified) if "著" in simplified else simplified


# 著 stays in 著名, 著作, 显著 …; elsewhere it is Taiwan's spelling of the verb ending 着.
_ASPECT = re.compile(r"(?<![显土编名原专论昭卓巨遗译合新拙])著(?![名作述称录者])")


class _Folding(dict[int, str]):
    """A `str.translate` table that learns: code point → its canonical character, or nothing.

    One table lookup per character does NFKC, simplification, lower case and the removal of
    everything but Han, digits and Latin letters: 2,000 documents a second need no more passes.
    """

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code)).lower()
        kept = "".join(c for c in plain if _is_meaningful(c))
        self[code] = _to_simplified().convert(kept).translate(_CONFUSED)
        return self[code]


def _is_meaningful(character: str) -> bool:
    """Return whether the character is a Han character, a decimal digit or a Latin letter."""
    code = ord(character)
    if any(low <= code <= high for low, high in _HAN_RANGES) or code >= 0x20000:
        return True
    return (character.isascii() and character.isalnum()) or "à" <= character <= "ɏ"


_FOLDING = _Folding()


def canonical_text(text: str) -> str:
    """Return only what two copies of a text share: Han, digits and Latin letters, one spelling.

    NFKC, pinyin glosses after a Han character removed (`創(chuàng)建` → 创建, as converting mirrors
    write them), traditional → simplified, lower case, no punctuation and no white space.
    Confusable variants (着/著, 复/覆) fold to one, so the result is for matching, not for reading.
    """
    if "(" in text or "（" in text:
        text = _GLOSS.sub("", text)
    return text.translate(_FOLDING)


def unwrap_title(title: str) -> str:
    """Return the name of the policy that a title announces, in simplified characters.

    `民政部关于印发《社区服务办法（试行）》的通知` → `社区服务办法（试行）`; a title that announces
    no other text comes back without issuer, 文号 and status tag: `江州市民政局关于做好救助的通知` →
    `关于做好救助的通知`. Interpretations, news and forwarding titles are left whole.
    """
    bare = _strip_tags(simplify(title))
    for wrapper in _WRAPPED:
        if found := wrapper.match(bare):
            return found[1].strip()
    return bare


def without_number(title: str) -> str:
    """Return the title without the 文号 at its head or tail, in whatever brackets.

    A number inside the title (`关于调整民发〔2012〕7号文件的通知`) is one it speaks of: it stays.
    """
    for mention in find_numbers(title):
        before = title[: mention.start].rstrip("（(【[ \u3000")
        after = title[mention.end :].lstrip("）)】] \u3000")
        if not before or not after:
            return before + after
    return title


def _strip_tags(title: str) -> str:
    text = _STATUS.sub("", without_number(unicodedata.normalize("NFC", title)))
    return _AGENCY_PREFIX.sub("", " ".join(text.split())).strip()


@lru_cache(maxsize=8192)
def canonical_title(title: str) -> str:
    """Return the key under which all editions of one policy's title meet; may be empty.

    Unwrapped (see `unwrap_title`), the edition marks 试行, 暂行 and 征求意见稿 removed (`edition`
    tells them apart), years in digits, then `canonical_text`. Years stay: yearly notices differ.
    """
    name = _TRIAL.sub("", _DRAFT.sub("", unwrap_title(title)))
    return canonical_text(_HAN_YEAR.sub(_year_digits, name))


def _year_digits(year: re.Match[str]) -> str:
    return "".join(_DIGITS.get(character, "0") for character in year[0])


@lru_cache(maxsize=8192)
def edition(title: str) -> str:
    """Return which edition of a policy a title names: `draft`, `trial` or `final`."""
    plain = simplify(title)
    if _DRAFT.search(plain) or _WRAPPED[2].match(plain) or _WRAPPED[3].match(plain):
        return "draft"
    return "trial" if is_trial(title) else "final"


@lru_cache(maxsize=8192)
def is_trial(title: str) -> bool:
    """Return whether a title says 试行 or 暂行, of a draft too."""
    return bool(_TRIAL.search(simplify(title)))
