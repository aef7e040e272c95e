"""Site lines are dropped; what an issuer could have written never is."""

import pytest

from pipelines.noise import is_noise, strip_noise


@pytest.mark.parametrize(
    "line",
    [
        "",
        "　　",
        "当前位置：首页 > 政务公开 > 政策文件 > 正文",
        "您现在所在的位置 : 首页 > 新闻",
        "首页>行业发展>行业动态",
        "发布时间：2022-03-07 10:12   浏览次数：  信息来源：市民政局",
        "发布日期:2020-06-22 14:48",
        "时间:2016-09-12 14:20:00",
        "时间:2021-04-15 08:59:48 来源:本网",
        "来源：江州日报",
        "阅读量：1.2万",
        "【字体：大 中 小】",
        "字号：[ 大 | 中 | 小 ]",
        "分享到：微信 微博 QQ空间",
        "【打印本页】【关闭窗口】",
        "[打印] [收藏]",
        "上一篇：关于召开会议的通知",
        "下一条 无",
        "相关链接",
        "责任编辑：王某 校对：李某",
        "扫一扫在手机打开当前页",
        "版权所有：江州省民政厅 主办：江州省民政厅办公室",
        "京ICP备12345678号 网站标识码：3200000001",
        "您是第 123 位访问者",
    ],
)
def test_site_lines_are_noise(line):
    assert is_noise(line)


@pytest.mark.parametrize(
    "line",
    [
        "第一条 为了规范社会工作服务，制定本办法。",
        "时间：2022年6月18日上午9:00",
        "会议时间：6月18日",
        "主办单位：江州省民政厅",
        "资金来源：彩票公益金",
        "发文字号：中民发〔2011〕25号",
        "分享经验、交流做法",
        "收藏管理制度",
        "审核：县级民政部门应当在收到申报材料之日起十个工作日内完成审核工作",
        "联系人：王某，联系电话：0512-1234567",
        "1250",
        "推荐单位",
        "下一步工作安排",
        "更多社会力量参与",
        "打印并填写申报表后报送市民政局",
        "日期：2022年3月",
    ],
)
def test_what_an_issuer_writes_is_not_noise(line):
    assert not is_noise(line)


def test_long_lines_are_kept_whatever_they_say():
    assert not is_noise("浏览次数：" + "很长" * 120)


def test_site_lines_in_traditional_characters_go_and_the_text_stays_as_written():
    assert strip_noise("瀏覽次數：12\n社會工作服務\n責任編輯：王某") == "社會工作服務"


def test_links_to_other_pages_at_the_end_go_with_their_heading():
    text = "第一条 略。\n相关链接：\n江州召开社工会议\n河阳社工站揭牌\n"
    assert strip_noise(text) == "第一条 略。"


def test_a_heading_in_the_middle_of_a_text_cuts_nothing():
    text = "相关政策\n一、提高补贴标准。\n相关链接\n附件：申报表"
    assert strip_noise(text) == "相关政策\n一、提高补贴标准。\n附件：申报表"
