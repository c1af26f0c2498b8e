from __future__ import annotations

import base64
import io
from typing import BinaryIO, cast

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from content.importers.parsed import Table
from content.importers.readers import read_source
from tests.content.readers.reading import read, texts
from tests.content.readers.word_files import (
    cell,
    definition,
    level,
    notes,
    numbered,
    p,
    relations,
    run,
    style,
    table,
    word_file,
    zipped,
)


def of(*runs: str) -> bytes:
    return word_file(f"<w:p>{''.join(runs)}</w:p>")


def field(instruction: str, result: str | None) -> str:
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r>{shown}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


# --- what is printed --------------------------------------------------------------------------------------------------


def test_lines_count_paragraphs_and_carry_the_level_of_their_heading() -> None:
    document = docx.Document()
    document.add_heading("社区网格员工作基本要求", 0)
    document.add_heading("1 范围", 1)
    document.add_paragraph()
    document.add_paragraph("本文件适用于网格员。")
    document.add_heading("2.1 品行", 2)
    file = io.BytesIO()
    document.save(file)
    source = read(file.getvalue())
    assert source.place == "paragraph"
    assert source.title == "社区网格员工作基本要求"
    assert [(line.text, line.line, line.heading) for line in source.lines] == [
        ("社区网格员工作基本要求", 1, 1),
        ("1 范围", 2, 1),
        ("本文件适用于网格员。", 4, 0),
        ("2.1 品行", 5, 2),
    ]


def test_headings_are_known_by_outline_chinese_name_and_template_style() -> None:
    styles = (
        style("s1", "标题 2")
        + style("s2", "一级条标题")
        + style("s3", "自定义", based_on="s1")
        + style("s4", "大纲", inside='<w:pPr><w:outlineLvl w:val="2"/></w:pPr>')
        + style("s5", "章标题")
    )
    body = "".join(p("文", style=code) for code in ("s1", "s2", "s3", "s4", "s5")) + p(
        "文", extra='<w:outlineLvl w:val="3"/>'
    )
    body += p("文", style="s4", extra='<w:outlineLvl w:val="9"/>')
    assert [line.heading for line in read(word_file(body, styles=styles)).lines] == [2, 2, 2, 3, 1, 4, 0]


def test_tracked_changes_are_read_as_accepted() -> None:
    inserted = f'<w:ins w:id="1">{run("应当")}</w:ins>'
    deleted = '<w:del w:id="2"><w:r><w:delText>可以</w:delText></w:r></w:del>'
    moved = f'<w:moveFrom w:id="3">{run("旧处")}</w:moveFrom><w:moveTo w:id="3">{run("上岗")}</w:moveTo>'
    assert texts(of(run("网格员"), deleted, inserted, run("持证"), moved, run("。"))) == ["网格员应当持证上岗。"]


def test_a_paragraph_whose_mark_was_deleted_runs_into_the_next() -> None:
    gone = '<w:rPr><w:del w:id="1"/></w:rPr>'
    assert texts(word_file(p("网格员应", extra=gone) + p("持证上岗。") + p("完"))) == ["网格员应持证上岗。", "完"]


def test_soft_breaks_divide_a_paragraph_and_keep_its_place() -> None:
    data = of(run("附录A"), "<w:r><w:br/></w:r>", run("（资料性）"), "<w:r><w:cr/></w:r>", run("样式"))
    assert [(line.text, line.line) for line in read(data).lines] == [("附录A", 1), ("（资料性）", 1), ("样式", 1)]


def test_hidden_text_is_left_out() -> None:
    styles = style("暗", "隐藏", kind="character", inside="<w:rPr><w:vanish/></w:rPr>")
    off, on = '<w:vanish w:val="0"/>', "<w:vanish/>"
    by_style = '<w:rStyle w:val="暗"/>'
    body = f"<w:p>{run('明')}{run('暗', on)}{run('暗', by_style)}{run('白', off)}</w:p>"
    assert texts(word_file(body, styles=styles)) == ["明白"]


def test_wrappers_are_looked_into_and_prompts_are_not() -> None:
    content = f"<w:sdt><w:sdtPr/><w:sdtContent>{run('内容控件')}</w:sdtContent></w:sdt>"
    prompt = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('单击此处')}</w:sdtContent></w:sdt>"
    data = of(
        content, prompt, f'<w:hyperlink r:id="x">{run("链接")}</w:hyperlink>', f"<w:smartTag>{run('标记')}</w:smartTag>",
        f'<w:fldSimple w:instr="REF a">{run("引用")}</w:fldSimple>',
        "<w:r><w:ruby><w:rt><w:r><w:t>pīn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>拼</w:t></w:r></w:rubyBase></w:ruby></w:r>",
    )  # fmt: skip
    assert texts(data) == ["内容控件链接标记引用拼"]
    assert texts(word_file(f"<w:sdt><w:sdtContent>{p('块')}</w:sdtContent></w:sdt>")) == ["块"]


def test_fields_show_their_results_and_circles_their_numbers() -> None:
    data = of(run("见"), field(" REF _Ref1 \\h ", "4.1.2"), run("，"), field(" eq \\o\\ac(○,3) ", None), run("。"))
    assert texts(data) == ["见4.1.2，③。"]


def test_the_table_of_contents_is_left_out_and_a_lost_field_end_loses_nothing() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o "1-3"</w:instrText></w:r>'
    begin += '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    styles = style("toc1", "toc 1")
    body = f"<w:p>{begin}{run('1 范围')}<w:r><w:tab/></w:r>{run('1')}</w:p>" + p("2 总则", style="toc1")
    gallery = '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    body += f"{gallery}<w:sdtContent>{p('目录')}</w:sdtContent></w:sdt>" + p("1 范围") + p("本文件适用于网格员。")
    assert texts(word_file(body, styles=styles)) == ["1 范围", "本文件适用于网格员。"]
    lost = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
    assert texts(word_file(f"<w:p>{run('甲')}{lost}{run('乙')}</w:p>" + p("丙"))) == ["甲", "丙"]


def test_raised_digits_and_symbols_become_characters() -> None:
    raised, lowered = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
    symbol = '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>'
    data = of(
        run("面积"), symbol, run("30m"), run("2", raised), run("，H"), run("2", lowered), run("O"), run("a", raised)
    )
    assert texts(data) == ["面积≥30m²，H₂Oa"]
    unknown = read(of(run("甲"), '<w:r><w:sym w:font="Webdings" w:char="F061"/></w:r>'))
    assert unknown.lines[0].text == "甲〓"
    assert unknown.warnings[0][0] == 1 and "符号" in unknown.warnings[0][1]


def test_footnotes_follow_their_paragraph_as_notes() -> None:
    note = f'<w:footnote w:id="2">{p("一学时为45分钟。")}</w:footnote><w:footnote w:id="0" w:type="separator">{p("x")}</w:footnote>'
    body = f'<w:p>{run("不少于24学时")}<w:r><w:footnoteReference w:id="2"/></w:r>{run("。")}</w:p>'
    found = texts(word_file(body, parts={"footnotes.xml": ("footnotes", notes("footnotes", note))}))
    assert found == ["不少于24学时。", "注：一学时为45分钟。"]


def test_text_boxes_are_read_once_after_their_paragraph() -> None:
    box = f"<w:txbxContent>{p('框内')}</w:txbxContent>"
    alternatives = (
        f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    assert texts(word_file(f"<w:p>{run('正文')}<w:r>{alternatives}</w:r></w:p>")) == ["正文", "框内"]
    only_old = alternatives.replace(f"<wps:txbx>{box}</wps:txbx>", "")
    assert texts(word_file(f"<w:p>{run('正文')}<w:r>{only_old}</w:r></w:p>")) == ["正文", "框内"]


def test_pictures_and_embedded_formulas_are_named_in_a_warning() -> None:
    picture = '<w:r><w:drawing><a:blip r:embed="x"/></w:drawing></w:r>'
    formula = '<w:r><w:object><o:OLEObject ProgID="Equation.DSMT4"/></w:object></w:r>'
    warnings = read(word_file(p("甲") + f"<w:p>{picture}{formula}</w:p>")).warnings
    assert [place for place, _text in warnings] == [2, 2]
    assert "图片" in warnings[0][1] and "公式" in warnings[1][1]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("<m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>", "(a+b)/2"),
        ("<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>", "x²"),
        ("<m:sSub><m:e><m:r><m:t>S</m:t></m:r></m:e><m:sub><m:r><m:t>max</m:t></m:r></m:sub></m:sSub>", "S_max"),
        ("<m:rad><m:deg/><m:e><m:r><m:t>x</m:t></m:r></m:e></m:rad>", "√(x)"),
        (
            '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub><m:r><m:t>i=1</m:t></m:r></m:sub>'
            "<m:sup><m:r><m:t>n</m:t></m:r></m:sup><m:e><m:r><m:t>x</m:t></m:r></m:e></m:nary>",
            "∑_(i=1)ⁿ x",
        ),
        (
            '<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e><m:r><m:t>a</m:t></m:r></m:e></m:d>',
            "[a]",
        ),
        ("<m:func><m:fName><m:r><m:t>lg</m:t></m:r></m:fName><m:e><m:r><m:t>x</m:t></m:r></m:e></m:func>", "lg x"),
    ],
)
def test_formulas_stand_in_one_line(formula: str, expected: str) -> None:
    assert texts(of(run("得分="), f"<m:oMath>{formula}</m:oMath>")) == [f"得分={expected}"]


# --- tables -----------------------------------------------------------------------------------------------------------


def test_merged_cells_are_repeated_downwards_and_stand_once_sideways() -> None:
    start, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    data = word_file(
        p("表1 事项")
        + table(
            cell(p("类别"), start) + cell(p("时限"), '<w:gridSpan w:val="2"/>'),
            cell(p(""), goes_on) + cell(p("一般")) + cell(p("提级")),
            cell(p("甲")) + cell(p("7日") + p("内")),
        )
    )
    lines = read(data).lines
    assert lines[0].text == "表1 事项"
    assert lines[1].table == Table("", (("类别", "时限", ""), ("类别", "一般", "提级"), ("甲", "7日\n内", "")))
    assert lines[1].text == ""


def test_a_nested_table_is_text_of_its_cell() -> None:
    inner = table(cell(p("子1")) + cell(p("子2")), cell(p("子3")) + cell(p("子4")))
    assert read(word_file(table(cell(p("父") + inner) + cell(p("右"))))).lines[0].table == Table(
        "", (("父\n子1 子2\n子3 子4", "右"),)
    )


def test_a_table_of_one_cell_is_only_a_frame() -> None:
    data = word_file(table(cell(p("1 范围") + p("本文件适用于网格员。"))))
    assert texts(data) == ["1 范围", "本文件适用于网格员。"]


def test_numbers_go_on_inside_tables_and_deleted_rows_are_gone() -> None:
    numbering = definition(1, level(0, "decimal", "%1.")) + numbered(1, 1)
    gone = f'<w:tr><w:trPr><w:del w:id="1"/></w:trPr>{cell(p("删", num=1, level=0))}</w:tr>'
    rows = table(cell(p("甲", num=1, level=0)) + cell(p("乙", num=1, level=0))).replace("</w:tbl>", f"{gone}</w:tbl>")
    lines = read(word_file(rows + p("丙", num=1, level=0), numbering=numbering)).lines
    assert lines[0].table == Table("", (("1. 甲", "2. 乙"),))
    assert lines[1].text == "3. 丙"


# --- bodies in another format -----------------------------------------------------------------------------------------

HTML = """<html><head><meta charset="{charset}"><style>p {{ color: red }}</style></head><body>
<h1>1 范围</h1><p>本文件适用于网格员的
工作。<span style='display:none'>暗</span></p>
<ol type=a><li>甲；</li><li>乙。</li></ol><ul><li>丙</li></ul>
<table><tr><td rowspan=2>类别</td><td>时限</td></tr><tr><td>7日</td></tr></table>
<p>面积30m<sup>2</sup><br>完</p></body></html>"""


def with_chunk(name: str, content: bytes) -> bytes:
    body = f'{p("前")}<w:altChunk r:id="{name}"/>{p("后")}'
    return word_file(body, parts={name: ("aFChunk", content)})


EXPECTED = ["前", "1 范围", "本文件适用于网格员的工作。", "a) 甲；", "b) 乙。", "——丙", "", "面积30m²", "完", "后"]


def test_a_body_in_html_is_read_in_its_place() -> None:
    source = read(with_chunk("body.html", HTML.format(charset="gb2312").encode("gb18030")))
    assert [line.text for line in source.lines] == EXPECTED
    assert source.lines[1].heading == 1
    assert source.lines[6].table == Table("", (("类别", "时限"), ("类别", "7日")))


def test_a_body_in_mht_is_read_in_its_place() -> None:

    mail = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n'
        b'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + base64.encodebytes(HTML.format(charset="utf-8").encode())
        + b"\r\n--x\r\nContent-Type: image/png\r\n\r\nx\r\n--x--\r\n"
    )
    assert texts(with_chunk("body.mht", mail)) == EXPECTED


def test_a_body_in_another_word_file_is_read_in_its_place() -> None:
    assert texts(with_chunk("body.docx", word_file(p("1 范围")))) == ["前", "1 范围", "后"]


# --- kinds of Word file -----------------------------------------------------------------------------------------------


def test_a_strict_file_is_read_like_any_other() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    links = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    members = {
        "[Content_Types].xml": b"<x/>",
        "_rels/.rels": relations({"r": ("officeDocument", "/word/main.xml")}).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", links.encode()
        ),
        "word/_rels/main.xml.rels": relations({"n": ("numbering", "numbering.xml")}),
        "word/numbering.xml": f'<w:numbering xmlns:w="{strict}">{definition(1, level(0, "decimal", "%1"))}{numbered(1, 1)}</w:numbering>'.encode(),
        "word/main.xml": f'<w:document xmlns:w="{strict}"><w:body>{p("范围", num=1, level=0)}</w:body></w:document>'.encode(),
    }
    assert texts(zipped(members)) == ["1 范围"]


def test_an_uploaded_file_is_read_from_memory_and_from_disk() -> None:
    data = word_file(p("1 范围"))
    on_disk = TemporaryUploadedFile("标准.docx", "application/octet-stream", len(data), None)
    on_disk.write(data)
    for file in (SimpleUploadedFile("标准.docx", data), on_disk):
        assert [line.text for line in read_source(cast("BinaryIO", file), "标准.docx").lines] == ["1 范围"]


def test_the_name_of_the_file_does_not_matter() -> None:
    assert texts(word_file(p("1 范围")), "标准.txt") == ["1 范围"]
    assert texts("1 范围".encode(), "标准.docx") == ["1 范围"]
