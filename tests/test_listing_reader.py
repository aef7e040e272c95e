"""A listing is read by structure alone: rows, titles, dates, next page."""

from crawler.listing import find_entries

URL = "https://mzt.example.gov.cn/zwgk/tzgg/index.html"


def test_list_items_with_a_date_beside_the_link_are_entries():
    rows = "".join(
        f'<li><a href="./202403/t2024030{n}_10{n}.html">关于开展社会工作服务第{n}批项目的通知</a>'
        f"<span>2024-03-0{n}</span></li>"
        for n in range(1, 4)
    )
    listing = find_entries(f"<html><body><ul>{rows}</ul></body></html>", URL)
    assert [entry.on for entry in listing.entries] == ["2024-03-01", "2024-03-02", "2024-03-03"]
    assert listing.entries[0].url == (
        "https://mzt.example.gov.cn/zwgk/tzgg/202403/t20240301_101.html"
    )
