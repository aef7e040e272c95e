"""Columns whose rows a script fetches: nothing may be harvested, and the page must be recognised."""

from unseen_columns.pool import CRUMB, FOOT, LEFT, NAV, Page, framed, html_page, items, write

HOST = "https://mzt.qinghe.example.gov.cn"
URL = HOST + "/zwgk/zcwj/index.html"
SIDE = write('<li><a href="/ztzl/{id}/">{head}专题</a></li>', items(6))


def _page(name: str, text: str, *, js_rendered: bool | None = True) -> Page:
    return Page(name, URL, text, (), js_rendered)


PAGES = (
    _page("vue_shell", '<!DOCTYPE html><html><head><title>青禾省民政厅</title><script src="/static/js/chunk-vendors.4f1c.js"></script></head><body><noscript>请启用JavaScript</noscript><div id="app"></div><script src="/static/js/app.91ab.js"></script></body></html>'),
    _page("vue_templates", framed('<div id="list" v-cloak><ul><li v-for="item in list" :key="item.id"><a :href="item.url" :title="item.title">{{ item.title }}</a><span>{{ item.publishDate }}</span></li></ul><el-pagination :total="total"></el-pagination></div><script src="/js/vue.min.js"></script><script>new Vue({el:"#list",data:{list:[]},created(){axios.get("/api/list").then(r=>this.list=r.data)}})</script>')),
    _page("layui_template", framed('<ul id="demo"></ul><script id="tpl" type="text/html">{{#  layui.each(d.list, function(index, item){ }}<li><a href="{{item.url}}">{{item.title}}</a><span>{{item.date}}</span></li>{{#  }); }}</script><script>layui.use(["laypage","laytpl"],function(){$.ajax({url:"/api/article/list",success:function(r){laytpl(tpl).render(r)}})})</script>')),
    _page("empty_list_filled_by_ajax", framed('<ul class="list" id="list"></ul><div id="pager"></div><script>$.post("/queryList",{page:1,size:15,channelId:332},function(r){var s="";$.each(r.rows,function(i,o){s+="<li><a href=\'"+o.url+"\'>"+o.title+"</a><span>"+o.time+"</span></li>"});$("#list").html(s)});</script>')),
    _page("loading_words", framed('<div class="list-box" id="newsList"><div class="loading">加载中...</div></div><script src="/js/list.js"></script><script>loadList(1,15)</script>')),
    _page("jpaas_unit_without_rows", framed('<div id="gsdt" class="unit" queryData="{\'webId\':\'3\',\'pageId\':\'12\',\'tagId\':\'当前栏目\'}" unitUrl="/api-gateway/jpaas-publish-server/front/page/build/unit"><script>buildUnit("gsdt")</script></div>')),
    _page("gkmlpt_shell", '<!DOCTYPE html><html><head><title>政府信息公开平台</title><script>window._CONFIG = {SITE_ID:"755012",SID:755012,TREE:[{"id":8123,"name":"法定主动公开内容","children":[{"id":8124,"name":"规范性文件"}]}],HOST:"mzt.qinghe.example.gov.cn"};</script></head><body><div class="header"><a href="/">首页</a><a href="/gkmlpt/guide">指南</a><a href="/gkmlpt/annual">年报</a></div><div id="app"><router-view></router-view></div><div class="foot">主办单位：青禾省民政厅</div><script src="/gkmlpt/js/app.js"></script></body></html>'),
    _page("ajax_list_with_side_topics", framed(f'<div class="side"><h3>专题</h3><ul>{SIDE}</ul></div><table id="tb"><thead><tr><th>标题</th><th>文号</th><th>发布日期</th></tr></thead><tbody></tbody></table><script>$(function(){{$("#tb").DataTable({{ajax:"/data/list.json"}})}})</script>')),
    _page("document_write_from_a_file", framed('<ul><script src="list_data.js"></script><script>for(var i=0;i<data.length;i++){document.write("<li><a href=\'"+data[i].u+"\'>"+data[i].t+"</a><span>"+data[i].d+"</span></li>")}</script></ul>')),
    _page("rows_in_a_frame", html_page(NAV + CRUMB + LEFT + '<iframe src="/igs/front/list.html?channel=22" width="100%" height="700" frameborder="0"></iframe>' + FOOT), js_rendered=None),
)  # fmt: skip
