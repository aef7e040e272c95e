"""Lines that a site puts around a text and that mean nothing: counters, share bars, neighbours.

Extraction removes most of them with the markup's help; this is the second sieve, by words alone,
for texts that come without markup and before anything is hashed or compared. It must never drop
a line that an issuer could have written into a policy.
"""

import re

from pipelines.canonical import simplify

_LABEL = r"[:：∶]"
_NOISE_LINE = re.compile(
    r"^\s*(?:"
    r"(?:您?(?:现在|当前)?(?:所在)?的?(?:当前)?位置|首页)\s*(?:[:：∶]|\s*[>＞»›|]).*"
    rf"|.{{0,60}}(?:浏览|阅读|点击|访问|查看)(?:(?:次数|人次|量|数)\s*{_LABEL}?|{_LABEL})"
    r"\s*[-\d.,万]*\s*次?.{0,30}"
    r"|.{0,60}[【\[]?字[体号]\s*[:：∶]?\s*[【\[]?\s*(?:放大|缩小|大|中|小|默认|超大).{0,30}"
    rf"|(?:分享(?:到|至)?|收藏|打印(?:本页|此页|页面)?|关闭(?:窗口|本页)?|返回(?:顶部|列表|首页)?)\s*{_LABEL}?.{{0,40}}"
    r"|(?:[【\[(（]?(?:打印(?:本页|此页|页面)?|关闭(?:窗口|本页|页面)?|收藏(?:本页)?|返回顶部|TOP)[】\])）]?\s*[|｜]?\s*)+"
    rf"|(?:上|下)一(?:篇|条|页|期)\s*{_LABEL}?.*"
    r"|.{0,12}扫一扫.{0,24}"
    rf"|(?:(?:责任|网站|本文|本期|值班)?编辑|责编|校对|审核|审签|初审|复审|终审|监制|制作)\s*{_LABEL}.{{0,60}}"
    r"|.{0,10}(?:版权所有|网站标识码|[^\s]{0,3}ICP备|公网安备|copyright).{0,160}"
    rf"|(?:主办|承办|技术支持|网站地图|联系我们)(?:单位)?\s*{_LABEL}.{{0,100}}"
    rf"|(?:相关|推荐|延伸|热点|更多)(?:链接|阅读|新闻|文章|内容|信息|推荐)\s*{_LABEL}?.{{0,4}}"
    rf"|[（(]?(?:文章|信息|稿件)?来\s*源\s*{_LABEL}.{{0,80}}"
    rf"|(?:发布|更新|发表|公开|刊发|采集)?(?:时间|日期)\s*{_LABEL}\s*\d{{2,4}}[-./年].{{0,120}}"
    r"|微信|微博|QQ空间"
    r")\s*$",
    re.IGNORECASE,
)
_VIEWED_AT = re.compile(r"(?:您是第\s*\d+\s*位|今天是\s*\d{4}年).{0,30}")
_TRADITIONAL = re.compile("[瀏閱點訪問來關責編審權發時間頁條鏈標識當體號錄網]")
_LONGEST = 200
"""No site line is longer: a paragraph of an article may quote any of these words."""


def strip_noise(text: str) -> str:
    """Return the text without site lines (breadcrumb, counter, share bar, editor, footer).

    Lines are kept whole or dropped whole; a line of more than 200 characters is always kept.
    Source of the vocabulary: tails and date lines seen on TRS, Hanweb, UCAP and cmstop pages.
    """
    plain = simplify(text) if _TRADITIONAL.search(text) else text
    lines = zip(text.split("\n"), plain.split("\n"), strict=True)
    return "\n".join(line for line, simplified in lines if not is_noise(simplified))


def is_noise(line: str) -> bool:
    """Return whether a simplified line belongs to the site, not to the text; a blank one does."""
    bare = line.strip()
    if not bare:
        return True
    return len(bare) <= _LONGEST and bool(_NOISE_LINE.match(bare) or _VIEWED_AT.match(bare))
