"""The lines that end an article: print and share tools, neighbours, editors, the site's footer."""

import re

_LEAD = r"^[\s\[【(（<>•·|/■◆▲★：:]*"
_STRONG = re.compile(
    _LEAD + r"(?:"
    r".{0,6}扫一扫|手机扫|用微信扫|打印(?:本页|此页|页面|文章|正文|本文)|打印[\s】\]]*[\s【\[]*关闭|"
    r"关闭(?:窗口|本页|页面)|上一篇|下一篇|上一条|下一条|上一頁|前一篇|后一篇|责任编辑|責任編輯|"
    r"分享到|分享至|分享让更多人|责编[:：]|一键分享|网站标识码|网友评论|我要评论|我来说两句|已有\s*\d*\s*人|版权所有|"
    r"收藏本页|返回(?:顶部|列表|上页)|页面顶部|用户登录|正文已结束|版权(?:与|和|及)?免责声明|"
    r"返回.{2,8}[，,]查看更多|政府文件全真版|(?:温馨)?提示[:：]\s*请使用.{0,8}(?:阅读|浏览)|微博推荐|网友热评|本文来源|文章关键词|关键词阅读|加入收藏|发表评论|"
    r"(?:【|\[)?(?:打印|关闭)(?:】|\])\s*$|上一篇：|下一篇："
    r")"
)
_WEAK = re.compile(
    _LEAD + r"(?:"
    r"(?:相关|相關|关联|推荐|精彩|热门|热点|最新|延伸)(?:链接|連結|阅读|閱讀|新闻|新聞|文章|文档|信息|内容|推荐|"
    r"报道|報導|专题|稿件|解读|政策|文件|公告|视频|图片|图集|评论|附件下载|资讯|话题)|"
    r"更多(?:新闻|精彩|文章|>>)|猜你喜欢|为您推荐|主办单位|承办单位|编辑[:：]|网站编辑|"
    r"您可能|(?:免责|特别|版权)声明|声明[:：]|原文链接|"
    r"(?:欢迎|请)?(?:扫描|关注).{0,12}(?:二维码|公众号)|点击查看更多|附件下载[:：]?$|阅读原文"
    r")"
)
_ALONE = re.compile(_LEAD + r"[\u4e00-\u9fff]{4,8}[\s\]】)）>:：]*$")
_FOOTER = re.compile(
    r"版权所有|網站地圖|网站地图|网站标识码|ICP备|ICP证|公网安备|技术支持[:：]|Copyright|"
    r"All Rights Reserved|政府网站找错|建议使用.{0,12}浏览器|"
    r"主办(?:单位)?[:：].{2,40}(?:承办|地址|电话)",
    re.I,
)


def is_strong_tail(text: str) -> bool:
    """Tell whether a line can only stand after an article (打印本页, 上一篇, 责任编辑 …)."""
    return len(text) <= 160 and bool(_STRONG.match(text))


def is_tail(text: str) -> bool:
    """Tell whether a line usually stands after an article (相关链接, 编辑：, 声明： … as well)."""
    return len(text) <= 160 and bool(_STRONG.match(text) or _WEAK.match(text))


def is_tail_heading(text: str) -> bool:
    """Tell whether a line is nothing but the heading of a list after an article (延伸阅读)."""
    return len(text) <= 16 and is_tail(text) and bool(_ALONE.match(text))


def is_footer(text: str) -> bool:
    """Tell whether a line belongs to the site's footer."""
    return len(text) <= 300 and bool(_FOOTER.search(text))
