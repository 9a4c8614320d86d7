"""Writes labelled log records: `generate.py COUNT SEED OUT` makes OUT.ndjson and OUT.labels.

A line of the labels holds what was planted in the record of the same number: secrets as [kind, disguise, canonical text], and
look-alikes as [kind, text as it stands in the JSON].
"""
import base64
import html
import json
import random
import sys
import urllib.parse

from kinds import DIGITAL, FORMLESS, KINDS, LOOKALIKE_KEYS, LOOKALIKES, word

SEPARATORS = {"spaces": " ", "dashes": "-", "no-break-spaces": "\u00a0", "unicode-dashes": "\u2011", "dots": "."}


def parted(text, groups, separator):
    out, at = [], 0
    for size in groups:
        if at < len(text):
            out.append(text[at:at + size])
            at += size
    if at < len(text):
        out.append(text[at:])
    return separator.join(out)


def usual(kind, text, r):
    """The value as people write it."""
    if kind == "us-ssn" or kind == "us-itin":
        return r.choice([parted(text, [3, 2, 4], "-"), text])
    if kind == "br-cpf":
        return r.choice(["%s.%s.%s-%s" % (text[:3], text[3:6], text[6:9], text[9:]), text])
    if kind == "br-cnpj":
        return r.choice(["%s.%s.%s/%s-%s" % (text[:2], text[2:5], text[5:8], text[8:12], text[12:]), text])
    if kind == "be-nn":
        return r.choice(["%s.%s.%s-%s.%s" % (text[:2], text[2:4], text[4:6], text[6:9], text[9:]), text])
    if kind in ("se-personnummer", "dk-cpr"):
        return text[:6] + "-" + text[6:]
    if kind == "kr-rrn":
        return text[:6] + "-" + text[6:]
    if kind == "phone-us":
        return r.choice(["(%s) %s-%s", "%s-%s-%s"]) % (text[:3], text[3:6], text[6:])
    return text


class Escaped(str):
    """A text whose digits are written as \\uXXXX in the JSON."""


def disguise(r, kind, text):
    """A way to write the value: its name, and the value as it goes into a text."""
    groups = KINDS[kind][3]
    choices = ["plain"] * 4
    if groups and kind not in ("phone-us",):
        choices += list(SEPARATORS)
    if kind in DIGITAL or kind in ("pan", "iban"):
        choices += ["full-width", "zero-width"]
    choices += ["escaped", "nested", "nested-twice", "key", "percent", "html", "base64"]
    if kind in FORMLESS:
        choices = ["plain"] * 4 + ["escaped", "nested", "nested-twice"]
    name = r.choice(choices)
    if name in SEPARATORS:
        return name, parted(text, groups, SEPARATORS[name])
    if name == "full-width":
        return name, "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)
    if name == "zero-width":
        return name, text[:3] + "\u200b" + text[3:]
    return name, usual(kind, text, r)


def dumped(value, r):
    text = json.dumps(value, ensure_ascii=r.random() < 0.5, separators=r.choice([(",", ":"), (", ", ": ")]))
    return text


def escaped(text):
    """Digits and letters of a JSON text's marked part as escapes."""
    return "".join("\\u%04x" % ord(c) if c.isalnum() and ord(c) < 128 else c for c in text)


def place(r, kind, record, labels):
    make, keys, sentences, groups = KINDS[kind]
    canonical = make(r)
    name, text = disguise(r, kind, canonical)
    inKey = keys and (not sentences or r.random() < 0.5)
    label = [kind, name, canonical]
    isBare = bool(sentences) and sentences[0] == "{}"
    if name == "key" and not (isBare or kind == "pan"):
        name = label[1] = "plain"
    if name == "key":
        record[text] = r.randint(1, 9)
    elif name in ("percent", "html", "base64"):
        # Encoded units stand where programs put them: a form's body, a page, a header. The word stays in front.
        sentence = r.choice(sentences or ["{}"]) if not inKey else "{}"
        key = r.choice(keys) if inKey else "body"
        if name == "percent":
            coded = "".join("%%%02X" % b if r.random() < 0.5 else chr(b) for b in text.encode()) if all(
                ord(c) < 128 for c in text) else urllib.parse.quote(text)
        elif name == "html":
            coded = "".join("&#%d;" % ord(c) if r.random() < 0.5 or not c.isalnum() else c for c in text)
        else:
            # What is encoded is a text of its own, with its word.
            coded = base64.b64encode(sentence.format(text).encode()).decode()
            sentence = "{}"
        if coded == text:
            label[1] = "plain"
        put(record, key, sentence.format(coded))
    else:
        if inKey:
            key, value = r.choice(keys), text
        else:
            key, value = r.choice(["msg", "message", "line", "event"]), r.choice(sentences).format(text)
        if inKey and name == "plain" and kind in DIGITAL and canonical.isdigit() and canonical[0] != "0" and r.random() < 0.4:
            value, label[1] = int(canonical), "number"
        if name == "escaped":
            value = Escaped(value)
        if name == "nested":
            key, value = r.choice(["body", "payload", "raw"]), json.dumps({key: value, "n": 1})
        if name == "nested-twice":
            key, value = "envelope", json.dumps({"body": json.dumps({key: value})})
        put(record, key, value)
    labels["secrets"].append(label)


def put(record, key, value):
    """Under the key, or under the same key one object further down where it is taken."""
    while key in record:
        record = record.setdefault("context", {})
    record[key] = value


def free(record, key):
    while key in record:
        key += "_" if "_" in key else "2"
    return key


def base(r):
    time = LOOKALIKES["iso-time"](r)
    return r.choice([
        lambda: {"level": r.choice([30, 40, 50]), "time": LOOKALIKES["epoch-ms"](r), "pid": r.randint(1, 40000), "hostname": LOOKALIKES["pod"](r)},
        lambda: {"level": "info", "ts": 1700000000 + r.random() * 10 ** 7, "caller": "http/server.go:%d" % r.randint(1, 900), "logger": "app"},
        lambda: {"@timestamp": time, "log.level": "WARN", "process.thread.name": LOOKALIKES["thread"](r), "service.name": "checkout"},
        lambda: {"timestamp": time, "traceId": LOOKALIKES["trace-id"](r), "spanId": LOOKALIKES["span-id"](r), "severityText": "INFO"},
        lambda: {"__REALTIME_TIMESTAMP": str(LOOKALIKES["epoch-us"](r)), "_PID": str(r.randint(1, 9999)), "_SYSTEMD_UNIT": "nginx.service"},
        lambda: {"apiVersion": "audit.k8s.io/v1", "auditID": LOOKALIKES["uuid"](r), "verb": "get", "requestURI": "/api/v1/namespaces/shop/pods/" + LOOKALIKES["pod"](r)},
        lambda: {"eventVersion": "1.08", "eventTime": time[:19] + "Z", "eventSource": "s3.amazonaws.com", "requestID": word(r, "0123456789ABCDEF", 16)},
        lambda: {"timestamp": time, "pid": r.randint(1, 9999), "error_severity": "LOG", "session": "65f1c2a8.%x" % r.randint(1, 65535), "query_id": r.randint(-2 ** 62, 2 ** 62)},
    ])()


def holds_escaped(value):
    if isinstance(value, dict):
        return any(holds_escaped(inner) for inner in value.values())
    return isinstance(value, Escaped)


def write(record):
    """The record as a line; the texts that are marked have their letters and digits escaped."""
    parts = []
    for key, value in record.items():
        text = write(value) if isinstance(value, dict) else json.dumps(value, ensure_ascii=False)
        if isinstance(value, Escaped):
            text = '"' + escaped(json.dumps(str(value))[1:-1]) + '"' if "\\" not in json.dumps(str(value)) else text
        parts.append(json.dumps(key, ensure_ascii=False) + ":" + text)
    return "{" + ",".join(parts) + "}"


def main():
    count, seed, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    r = random.Random(seed)
    kinds = sorted(KINDS)
    looks = sorted(LOOKALIKES)
    with open(out + ".ndjson", "w", encoding="utf-8") as records, open(out + ".labels", "w", encoding="utf-8") as truth:
        for _ in range(count):
            record, labels = base(r), {"secrets": [], "looks": []}
            for _ in range(r.choice([0, 0, 1, 1, 2, 2, 3, 4])):
                kind = "pan" if r.random() < 0.15 else r.choice(kinds)
                place(r, kind, record, labels)
            for _ in range(r.choice([0, 1, 2, 3])):
                kind = r.choice(looks)
                value = LOOKALIKES[kind](r)
                key = free(record, r.choice(LOOKALIKE_KEYS))
                record[key] = value
                labels["looks"].append([kind, key, value])
            line = write(record) if holds_escaped(record) else dumped(record, r)
            records.write(line + "\n")
            truth.write(json.dumps(labels, ensure_ascii=False) + "\n")


main()
