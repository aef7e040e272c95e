"""Lines that a site puts around a text and that mean nothing: counters, share bars, neighbours.

Extraction removes most of them with the markup's help; this is the second sieve, by words alone,
for texts that come without markup and before anything is hashed or compared. It must never drop
a line that an issuer could have written into a policy.
"""

import re
from functools import lru_cache

from pipelines.canonical import canonical_text, simplify

_COLON = r"\s*[:：∶]\s*"
_SIZES = r"(?:放大|缩小|默认|超大|特大|[大中小](?:\s*[|｜/]?\s*[大中小]){1,2})"
_TOOLS = r"(?:打印|关闭|收藏|返回|分享|转发)(?:本页|此页|页面|窗口|本文|顶部|列表|首页)?"
_PEOPLE = (
    r"(?:(?:责任|网站|本文|本期|值班|执行)?编辑|责编|校对|审核|审签|[初复终]审|监制|制作|录入)"
)
_NOISE = (
    # breadcrumbs
    r"您?(?:现在|当前)?(?:所在)?的?(?:当前)?位置\s*[:：∶>＞].*",
    r"首页\s*[>＞»›|].*",
    # counters, font sizes, dates of publishing and the source, alone or glued together
    rf".{{0,60}}(?:浏览|阅读|点击|访问|查看)(?:(?:次数|人次|量|数)\s*[:：∶]?|{_COLON})"
    r"\s*[-\d.,万]*\s*次?.{0,30}",
    rf".{{0,60}}[【\[]?字[体号]\s*[:：∶]?\s*[【\[]?\s*{_SIZES}.{{0,30}}",
    rf"(?:发布|更新|发表|公开|刊发|采集|录入)(?:时间|日期){_COLON}\d.{{0,120}}",
    rf"(?:时间|日期){_COLON}\d{{4}}-\d\d?-\d\d?(?:\s*\d\d?:\d\d(?::\d\d)?)?(?:\s*(?:来源|作者|信息).*)?",
    rf"[（(]?(?:文章|信息|稿件)?来\s*源{_COLON}.{{0,60}}",
    r"您是第\s*\d+\s*位.{0,20}",
    r"今天是\s*\d{4}年.{0,30}",
    # tools of the page
    rf"分享(?:到|至){_COLON}?.{{0,40}}",
    rf"(?:[【\[(（]?(?:{_TOOLS}|TOP)[】\])）]?\s*[|｜]?\s*)+",
    r"(?:微信|微博|QQ空间|朋友圈|\s)+",
    r".{0,12}扫一扫.{0,24}",
    # neighbours
    r"[上下]一[篇条](?:\s*[:：∶].*|\s+.*|$)",
    r"[上下]一[页期]",
    r"(?:相关|推荐|延伸|热点|更多)(?:链接|阅读|新闻|文章|内容|信息|推荐)\s*[:：∶]?",
    # editors and footers
    rf"{_PEOPLE}{_COLON}.{{0,16}}(?:\s+{_PEOPLE}{_COLON}.{{0,16}})*",
    r".{0,10}(?:版权所有|copyright).{0,160}",
    r".{0,60}(?:网站标识码|ICP备|公网安备).{0,100}",
    rf"(?:技术支持|网站地图|联系我们)(?:{_COLON}.{{0,40}})?",
)
_NOISE_LINE = re.compile(rf"(?:{'|'.join(_NOISE)})\s*$", re.IGNORECASE)
_NEIGHBOURS = re.compile(
    r"[【\[]?(?:相关|推荐|延伸|热点|更多)(?:链接|阅读|新闻|文章|内容|信息|推荐|文件|政策|解读)[】\]]?\s*[:：∶]?$"
)
_HEADLINE = 80
_TRADITIONAL = re.compile("[瀏閱點訪問來關責編審權發時間頁條鏈標識當體號錄網]")
_SENTENCE_ENDS = "。；！？"
"""What ends a sentence ends no site line: most lines need no closer look."""
_LONGEST = 200
"""No site line is longer: a paragraph of an article may quote any of these words."""


def strip_noise(text: str) -> str:
    """Return the text without site lines (breadcrumb, counter, share bar, editor, footer).

    Lines are kept whole or dropped whole; a line of more than 200 characters is always kept.
    Source of the vocabulary: tails and date lines seen on TRS, Hanweb, UCAP and cmstop pages.
    """
    plain = simplify(text) if _TRADITIONAL.search(text) else text
    simplified = plain.split("\n")
    lines = zip(text.split("\n")[: _neighbours_start(simplified)], simplified, strict=False)
    return "\n".join(line for line, words in lines if not is_noise(words))


def _neighbours_start(lines: list[str]) -> int:
    """Return where a block of links to other pages begins at the end of a text, else its length.

    The block is a `相关链接` line and nothing but short lines under it that end no sentence;
    attachments are no neighbours.
    """
    for at, line in enumerate(lines):
        if len(line) <= _LONGEST and _NEIGHBOURS.match(line.strip()):
            rest = [below.strip() for below in lines[at + 1 :]]
            if all(len(b) <= _HEADLINE and b[-1:] not in _SENTENCE_ENDS for b in rest if b):
                return at if not any(b.startswith("附件") for b in rest) else len(lines)
    return len(lines)


@lru_cache(maxsize=256)
def canonical_body(text: str) -> str:
    """Return the canonical text without site lines: what two copies of a body share."""
    return canonical_text(strip_noise(text))


def is_noise(line: str) -> bool:
    """Return whether a simplified line belongs to the site, not to the text; a blank one does."""
    bare = line.strip()
    if not bare:
        return True
    if bare[-1] in _SENTENCE_ENDS:
        return False
    return len(bare) <= _LONGEST and bool(_NOISE_LINE.match(bare))
