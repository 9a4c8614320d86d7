"""Judges masked records by what a reader can get out of them: `judge.py LABELS INPUT OUTPUT [--json | --examples]`.

Nothing of the masking program is trusted: every string, key and number of the output is decoded in every way that comes to mind
(JSON in strings, percent, HTML entities, base64, full-width digits, format characters, separators), and the planted value is
looked for. A look-alike counts as changed when its value does not come out as it went in.
"""
import base64
import collections
import html
import json
import re
import sys
import unicodedata
import urllib.parse

B64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
FORMAT = {c: None for c in (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD, 0x200E, 0x200F)}


def folded(text):
    return unicodedata.normalize("NFKC", text.translate(FORMAT))


def readings(value, depth=0):
    """All texts that can be read out of a JSON value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from readings(key, depth)
            yield from readings(inner, depth)
    elif isinstance(value, list):
        for inner in value:
            yield from readings(inner, depth)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, (int, float)):
        yield str(value)
    else:
        text = folded(value)
        yield text
        if depth > 4:
            return
        if text[:1] in '{["':
            try:
                yield from readings(json.loads(value), depth + 1)
            except ValueError:
                pass
        if "%" in text:
            again = urllib.parse.unquote(text)
            if again != text:
                yield from readings(again, depth + 1)
        if "&" in text and ";" in text:
            again = html.unescape(text)
            if again != text:
                yield from readings(again, depth + 1)
        if "\\u" in text:
            again = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), text)
            if again != text:
                yield from readings(again, depth + 1)
        for match in B64.finditer(text):
            raw = match.group(0).rstrip("=").replace("-", "+").replace("_", "/")
            try:
                inner = base64.b64decode(raw + "=" * (-len(raw) % 4)).decode("utf-8")
            except (ValueError, UnicodeDecodeError):
                continue
            if inner.isprintable():
                yield from readings(inner, depth + 1)


def bare(text):
    return "".join(c for c in text if c.isalnum()).lower()


def leaks(canonical, texts, stripped, before):
    if len(bare(canonical)) < 8:
        # Three digits stand in many places: the planted ones have leaked if none of them is gone.
        pattern = re.compile(r"(?<![0-9A-Za-z.])" + re.escape(canonical) + r"(?![0-9A-Za-z])")
        count = lambda all: sum(len(pattern.findall(text)) for text in all)
        return count(texts) >= count(list(readings(before)))
    wanted = bare(canonical)
    return any(wanted in text for text in stripped)


def main():
    found, missed = collections.Counter(), collections.Counter()
    byDisguise, missedDisguise = collections.Counter(), collections.Counter()
    looks, changed = collections.Counter(), collections.Counter()
    examples, changes = {}, {}
    records = withheld = 0
    files = [open(path, encoding="utf-8") for path in sys.argv[1:4]]
    for label, given, output in zip(*files, strict=True):
        records += 1
        label, value = json.loads(label), json.loads(output)
        given = json.loads(given) if label["secrets"] else None
        if isinstance(value, dict) and "_maskline" in value:
            withheld += 1
        texts = list(readings(value)) if label["secrets"] else []
        stripped = [bare(text) for text in texts]
        for kind, disguise, canonical in label["secrets"]:
            found[kind] += 1
            byDisguise[disguise] += 1
            if leaks(canonical, texts, stripped, given):
                missed[kind] += 1
                missedDisguise[disguise] += 1
                examples.setdefault((kind, disguise), output[:400])
        for kind, key, text in label["looks"]:
            looks[kind] += 1
            if not isinstance(value, dict) or value.get(key) != text:
                changed[kind] += 1
                changes.setdefault(kind, (text, value.get(key) if isinstance(value, dict) else None))
    report = {
        "records": records, "withheld": withheld,
        "recall": {k: [found[k], missed[k]] for k in sorted(found)},
        "disguises": {k: [byDisguise[k], missedDisguise[k]] for k in sorted(byDisguise)},
        "lookalikes": {k: [looks[k], changed[k]] for k in sorted(looks)},
    }
    if "--json" in sys.argv:
        print(json.dumps(report))
        return
    if "--examples" in sys.argv:
        for (kind, disguise), line in sorted(examples.items()):
            print("leak", kind, disguise, line.rstrip())
        for kind, pair in sorted(changes.items()):
            print("changed", kind, *pair)
        return
    show(report)


def show(report):
    def table(title, rows, word):
        total, bad = sum(a for a, _ in rows.values()), sum(b for _, b in rows.values())
        print("\n%-24s %8s %8s %9s" % (title, "planted", word, "%"))
        for name, (a, b) in list(rows.items()) + [("all", (total, bad))]:
            print("%-24s %8d %8d %9.3f" % (name, a, b, 100 * b / a if a else 0))
    print("%d records, %d withheld" % (report["records"], report["withheld"]))
    table("kind", report["recall"], "leaked")
    table("disguise", report["disguises"], "leaked")
    table("look-alike", report["lookalikes"], "changed")


main()
