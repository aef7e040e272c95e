"""Columns whose dates are shown in part, in words, in boxes, in English, in attributes or not at all."""

from unseen_columns.pool import Page, column, framed, html_page, items, label, write

URL = "https://shgzb.qinghe.example.gov.cn/xwdt/index.html"
HREF = "/xwdt/{ym}/{id}.html"
NUMBERED = "/xwdt/content_{id}.html"
MD = ("{day}", None)


def _box(name: str, markup: str, on: tuple[str | None, ...] = ("{day}",)) -> Page:
    row = f'<li>{markup}<div class="txt"><h3><a href="@HREF@" title="{{title}}">{{title}}</a></h3><p>{{summary}}</p></div></li>'
    return column(
        name, URL, href=NUMBERED, row=row, page=framed("<ul class='boxes'>@ROWS@</ul>"), on=on
    )


def _years_as_headings() -> Page:
    chosen = items(18)
    groups = []
    for year in ("2024", "2023"):
        rows = write(
            f'<li><span>{{m}}-{{d}}</span><a href="{NUMBERED}">{{title}}</a></li>',
            [i for i in chosen if i.day.startswith(year)],
        )
        groups.append(f"<h3>{year}年</h3><ul>{rows}</ul>")
    return Page(
        "year_headings_over_month_and_day",
        URL,
        framed("".join(groups)),
        label(URL, NUMBERED, chosen, on=MD),
    )


def _days_as_headings() -> Page:
    chosen, groups = items(12), []
    for k in range(0, 12, 3):
        rows = write(
            f'<li><span>10:2{k % 10}</span><a href="{NUMBERED}">{{title}}</a></li>',
            chosen[k : k + 3],
        )
        groups.append(f"<h4>{chosen[k].day}</h4><ul>{rows}</ul>")
    return Page(
        "clock_times_under_day_headings",
        URL,
        framed("".join(groups)),
        label(URL, NUMBERED, chosen, on=(None,)),
    )


def _relative() -> Page:
    words = (
        "刚刚",
        "15分钟前",
        "3小时前",
        "今天 08:15",
        "昨天 17:40",
        "前天",
        "3天前",
        "5天前",
        "1周前",
    )
    chosen = items(len(words))
    rows = "".join(
        write(
            f'<li><a href="{NUMBERED}">{{title}}</a><span class="time">{word}</span></li>', [item]
        )
        for word, item in zip(words, chosen, strict=True)
    )
    return Page(
        "relative_words", URL, framed(f"<ul>{rows}</ul>"), label(URL, NUMBERED, chosen, on=(None,))
    )


def _some_rows_undated() -> Page:
    chosen, rows, labels = items(10), [], []
    for item in chosen:
        dated = item.number % 4 != 2
        date = "{day}" if dated else ""
        rows.append(
            write(f'<li><a href="{NUMBERED}">{{title}}</a><span>{date}</span></li>', [item])
        )
        labels += label(URL, NUMBERED, [item], on=("{day}" if dated else None,))
    return Page("some_rows_without_a_date", URL, framed(f"<ul>{''.join(rows)}</ul>"), tuple(labels))


def _undated_main_dated_aside() -> Page:
    chosen = items(12)
    rows = write(f'<li><a href="{NUMBERED}">{{title}}</a></li>', chosen)
    return Page(
        "list_without_dates",
        URL,
        framed(
            f'<h2>通知公告</h2><ul class="list">{rows}</ul><div class="pages"><a href="index_2.html">下一页</a></div>'
        ),
        label(URL, NUMBERED, chosen, on=(None,)),
    )


def _dates_in_titles() -> Page:
    chosen, rows, labels = items(6), [], []
    for item in chosen:
        title = f"青禾省民政厅2023年1{item.number % 3}月1{item.number}日行政许可公示"
        rows.append(write(f'<li><a href="{NUMBERED}">{title}</a><span>{{day}}</span></li>', [item]))
        labels += label(URL, NUMBERED, [item], title=title)
    return Page("dates_inside_titles", URL, framed(f"<ul>{''.join(rows)}</ul>"), tuple(labels))


def _dates_only_in_titles() -> Page:
    chosen, rows, labels = items(6), [], []
    for item in chosen:
        title = f"青禾省2024年{6 - item.number}月1{item.number}日社会组织登记公告"
        rows.append(write(f'<li><a href="{NUMBERED}" title="{title}">{title}</a></li>', [item]))
        labels += label(URL, NUMBERED, [item], title=title, on=(None,))
    return Page("dates_only_in_titles", URL, framed(f"<ul>{''.join(rows)}</ul>"), tuple(labels))


def _english() -> Page:
    titles = (
        "Qinghe steps up training of social workers in rural towns",
        "Provincial charity awards honour 40 volunteers",
        "New rules on social organization assessment take effect",
        "Community service stations cover all townships",
        "Guidelines issued for protection of minors",
    )
    months = ("June 7, 2024", "June 5, 2024", "May 30, 2024", "May 21, 2024", "May 13, 2024")
    chosen, rows, labels = items(5), [], []
    for item, title, on in zip(chosen, titles, months, strict=True):
        rows.append(
            write(
                f'<li><h3><a href="/en/{{ym}}/{{id}}.html">{title}</a></h3><span class="date">{on}</span></li>',
                [item],
            )
        )
        labels += label(URL, "/en/{ym}/{id}.html", [item], title=title)
    top = '<ul class="nav"><li><a href="/en/">Home</a></li><li><a href="/en/news/">News</a></li><li><a href="/en/about/">About us</a></li></ul>'
    return Page(
        "english_months",
        URL,
        html_page(f"{top}<ul>{''.join(rows)}</ul><p>Copyright 2024</p>"),
        tuple(labels),
    )


PAGES = (
    _box("box_day_over_year_month", '<div class="time"><em>{d}</em><i>{ym_dash}</i></div>'.replace("{ym_dash}", "{y}-{m}")),
    _box("box_month_day_over_year", '<div class="date"><p>{m}/{d}</p><span>{y}</span></div>'),
    _box("box_day_and_chinese_month_without_year", '<div class="date"><b>{d}</b><span>{mm}月</span></div>', MD),
    _box("box_day_slash_month_words", '<div class="d"><strong>{d}</strong><br>{y}年{m}月</div>'),
    _box("box_date_in_anchor_beside", '<a href="/xwdt/content_{id}.html" class="dt"><span class="day">{d}</span><span class="ym">{y}.{m}</span></a>'),
    column("month_day_only", URL, href=HREF, row='<li><a href="@HREF@">{title}</a><span>{m}-{d}</span></li>', page=framed("<ul>@ROWS@</ul>"), on=MD),
    column("month_day_brackets_no_dates_in_address", URL, href=NUMBERED, row='<li><a href="@HREF@">{title}</a>「{m}-{d}」</li>', page=framed("<ul>@ROWS@</ul>"), on=MD),
    column("month_day_shown_full_date_in_attribute", URL, href=NUMBERED, row='<li><a href="@HREF@">{title}</a><span title="{day} 10:22:33">{m}-{d}</span></li>', page=framed("<ul>@ROWS@</ul>"), on=MD),
    column("date_only_in_address", URL, href="/xwdt/{y}-{m}/{d}/content_{id}.htm", row='<li><a href="@HREF@">{title}</a></li>', page=framed("<ul>@ROWS@</ul>"), on=(None,)),
    column("spaces_inside_the_date", URL, href=NUMBERED, row='<li><a href="@HREF@">{title}</a><span>{y} - {m} - {d}</span></li>', page=framed("<ul>@ROWS@</ul>")),
    column("spans_around_each_number", URL, href=NUMBERED, row='<li><a href="@HREF@">{title}</a><p><span>{y}</span>年<span>{m}</span>月<span>{d}</span>日</p></li>', page=framed("<ul>@ROWS@</ul>")),
    column("deadline_beside_the_date", URL, href=NUMBERED, row='<li><a href="@HREF@">{title}</a><p><span>征集时间：2024-01-01 至 2024-12-31</span><span>发布时间：{day}</span><span>已结束</span></p></li>', page=framed("<ul>@ROWS@</ul>")),
    column("month_is_a_month", URL, href=NUMBERED, row='<li><a href="@HREF@">{title}</a><span>{y}年{mm}月</span></li>', page=framed("<ul>@ROWS@</ul>"), on=("{y}-{m}",)),
    _years_as_headings(),
    _days_as_headings(),
    _relative(),
    _some_rows_undated(),
    _undated_main_dated_aside(),
    _dates_in_titles(),
    _dates_only_in_titles(),
    _english(),
)  # fmt: skip
