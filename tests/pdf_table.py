"""Write a small PDF with a ruled table, as METI's list has one. The Japanese font is named, not embedded."""

from __future__ import annotations

from pathlib import Path

LINE = 10
WIDTHS = (30, 140, 180, 260, 110, 70)


def write(path: Path, pages: list[list[list[str]]]) -> Path:
    """Write each page's rows of cells; a newline in a cell is a line break."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{5 + 2 * i} 0 R' for i in range(len(pages)))}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5 /Encoding /UniJIS-UCS2-H /DescendantFonts [4 0 R] >>",
        (
            "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /DW 500 "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> "
            "/FontDescriptor << /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [0 -200 1000 900] "
            "/ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>"
        ),
    ]
    for number, rows in enumerate(pages):
        content = _content(rows)
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {6 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    body, offsets = "%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    path.write_bytes(
        f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode("ascii")
    )
    return path


def _content(rows: list[list[str]]) -> str:
    top, commands = 560, []
    for cells in rows:
        height = LINE * max(cell.count("\n") + 1 for cell in cells) + 6
        left = 40
        for cell, width in zip(cells, WIDTHS, strict=False):
            commands.append(f"{left} {top - height} {width} {height} re S")
            for line, text in enumerate(cell.split("\n")):
                code = text.encode("utf-16-be").hex()
                commands.append(f"BT /F1 8 Tf {left + 3} {top - LINE * (line + 1)} Td <{code}> Tj ET")
            left += width
        top -= height
    return "\n".join(commands)
