"""Compares Maskline's validators with python-stdnum on random and mutated numbers: `stdnum_compare.py MASKLINE [COUNT] [SEED]`.

Each validator is run by the program itself, through a rule whose pattern takes any text. Needs: pip install python-stdnum.
Where the two differ by design, the numbers in question are left out here, and say so.
"""
import datetime
import importlib
import json
import random
import string
import subprocess
import sys
import tempfile

import numbers_ as n

TODAY = datetime.date.today()


def library(name):
    return importlib.import_module("stdnum." + name).is_valid


def any_digits(*counts):
    return lambda r: n.digits(r, r.choice(counts))


def letters(form):
    """A maker of random texts: 9 a digit, A a letter, X either."""
    return lambda r: "".join(r.choice({"9": string.digits, "A": string.ascii_uppercase, "X": string.digits + string.ascii_uppercase}.get(
        c, c)) for c in form)


def dated(form, century=None):
    """Digits with a date of birth in them: D, M and Y stand for its parts, 9 for any digit."""
    def make(r):
        year, month, day = r.randint(1940, 2015), r.randint(1, 12), r.randint(1, 31)
        text, values = "", {"D": "%02d" % day, "M": "%02d" % month, "Y": "%02d" % (year % 100)}
        used = {"D": 0, "M": 0, "Y": 0}
        for c in form:
            if c in values:
                text += values[c][used[c] % 2]
                used[c] += 1
            else:
                text += r.choice(string.digits) if c == "9" else c
        return text
    return make


def born(number, get):
    """Numbers of people not born yet: Maskline has no clock."""
    try:
        return get(number) <= TODAY
    except Exception:  # noqa: BLE001
        return True


# validator: library module(s) of which one must agree, makers of valid and random numbers, texts to leave out.
CASES = {
    "luhn": (["luhn"], [any_digits(12, 16, 19)], None),
    "verhoeff": (["verhoeff"], [n.aadhaar, any_digits(8, 12)], None),
    "iso7064mod11-10": (["iso7064.mod_11_10"], [any_digits(9, 11)], None),
    "iso7064mod11-2": (["iso7064.mod_11_2"], [any_digits(8, 16)], None),
    "iso7064mod97-10": (["iso7064.mod_97_10"], [letters("XXXXXXXXXXXXXXXXXX99")], lambda t: not t[-2:].isdigit()),
    "iban": (["iban"], [n.iban], lambda t: t[:2] not in ("DE", "AT", "SE", "DK", "PL", "CH")),  # elsewhere the library also checks letters and national digits
    "ssn": (["us.ssn"], [n.ssn, any_digits(9)], lambda t: t in ("078051120", "457555462", "219099999")),  # advertised ones
    "itin": (["us.itin"], [n.itin, any_digits(9)], lambda t: t[3:5] in ("50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65".split())),  # newer ranges
    "aba": (["us.rtn"], [n.routing, any_digits(9)], lambda t: not (t[:2] <= "12" or "21" <= t[:2] <= "32" or "61" <= t[:2] <= "72" or t[:2] == "80")),
    "nhs": (["gb.nhs"], [n.nhs, any_digits(10)], None),
    "utr": (["gb.utr"], [any_digits(10)], None),
    "imei": (["imei"], [n.imei, any_digits(15)], lambda t: len(t) == 14),
    "sin": (["ca.sin"], [n.sin, any_digits(9)], None), "tfn": (["au.tfn"], [n.tfn, any_digits(8, 9)], None),
    "abn": (["au.abn"], [n.abn, any_digits(11)], None), "ird": (["nz.ird"], [any_digits(8, 9)], None),
    "aadhaar": (["in_.aadhaar"], [n.aadhaar, any_digits(12)], None), "cpf": (["br.cpf"], [n.cpf, any_digits(11)], lambda t: len(set(t)) == 1),
    "cnpj": (["br.cnpj"], [n.cnpj, any_digits(14)], lambda t: len(set(t)) == 1), "cuit": (["ar.cuit"], [letters("2099999999X"), any_digits(11)], None),
    "rut": (["cl.rut"], [letters("99999999X"), any_digits(8, 9)], None),
    "rrn": (["kr.rrn"], [n.rrn, dated("YYMMDD9999999"), any_digits(13)], None),
    "my-number": (["jp.in_"], [n.my_number, any_digits(12)], None),
    "cn-id": (["cn.ric"], [n.cn_id], lambda t: t[:6] != "110105"),  # the library has a list of regions by year
    "th-id": (["th.pin"], [any_digits(13)], None), "za-id": (["za.idnr"], [n.za_id, dated("YYMMDD9999999"), any_digits(13)], lambda t: t[2:6] == "0229"),
    "steuer-id": (["de.idnr"], [n.steuer_id, any_digits(11)], None),
    "nir": (["fr.nir"], [n.nir, any_digits(15)], lambda t: t[:1] == "0"),
    "nif": (["es.nif", "es.cif"], [n.dni, letters("A9999999X"), letters("99999999A")], None),
    "codice-fiscale": (["it.codicefiscale"], [n.codice_fiscale], lambda t: len(t) != 16  or t[6:11] == "00B29"),
    "bsn": (["nl.bsn"], [n.bsn, any_digits(9)], lambda t: len(t) < 9),  # the library adds zeros
    "be-nn": (["be.nn"], [n.be_nn, dated("YYMMDD99999"), any_digits(11)], lambda t: int(t[2:4]) > 12 or int(t[:2]) + 2000 > TODAY.year and not library("be.nn")(t)),
    "pt-nif": (["pt.nif"], [n.pt_nif, any_digits(9)], None), "pesel": (["pl.pesel"], [n.pesel, dated("YYMMDD99999"), any_digits(11)], None),
    "nip": (["pl.nip"], [any_digits(10)], None),
    "personnummer": (["se.personnummer"], [n.personnummer, dated("YYMMDD9999")], lambda t: t[4:6] > "60" or t[2:6] == "0229"),
    "fodselsnummer": (["no.fodselsnummer"], [n.fodselsnummer, dated("DDMMYY99999"), any_digits(11)], lambda t: int(t[2:4]) > 52 or not born(t, importlib.import_module("stdnum.no.fodselsnummer").get_birth_date)),
    "cpr": (["dk.cpr"], [n.cpr, dated("DDMMYY9999"), any_digits(10)], lambda t: not born(t, importlib.import_module("stdnum.dk.cpr").get_birth_date)),
    "hetu": (["fi.hetu"], [n.hetu], lambda t: t[7:8] == "9"), "pps": (["ie.pps"], [letters("9999999A"), letters("9999999AA")], None),
    "rodne-cislo": (["cz.rc"], [dated("YYMMDD9999"), any_digits(9, 10)], None), "cnp": (["ro.cnp"], [dated("1YYMMDD409999"), any_digits(13)], None),
    "egn": (["bg.egn"], [dated("YYMMDD9999"), any_digits(10)], None), "amka": (["gr.amka"], [dated("DDMMYY99999"), any_digits(11)], None),
    "isikukood": (["ee.ik"], [dated("3YYMMDD9999"), any_digits(11)], None), "kennitala": (["is_.kennitala"], [dated("DDMMYY9999")], None),
    "tckn": (["tr.tckimlik"], [any_digits(11)], None), "at-svnr": (["at.vnr"], [any_digits(10)], None),
    "ahv": (["ch.ssn"], [letters("7569999999999")], None), "bic": (["bic"], [letters("AAAADEXX"), letters("AAAAAAXXXXX")], None),
    "vat": (["eu.vat"], [letters("DE999999999"), letters("BE0999999999"), letters("DK99999999"), letters("FI99999999"), letters("LU99999999"),
                         letters("PL9999999999"), letters("PT999999999"), letters("HU99999999"), letters("MT99999999"), letters("ATU99999999"), letters("EE999999999"), letters("EL999999999"), letters("HR99999999999")],
            lambda t: t[:2] in ("PT", "EL", "HR", "MT", "DK") and t[2] == "0" or t[:2] in ("BE", "EL") and len(t) != {"BE": 12, "EL": 11}[t[:2]]),  # padded
    "curp": (["mx.curp"], [letters("GODE900101HDFRRS09"), letters("GOD9900101HDFRRS99")], lambda t: len(t) == 18 and t[10] == "X"),
}


def mutated(r, text):
    place = r.randrange(len(text))
    kind = r.randrange(3)
    if kind == 0:
        return text[:place] + r.choice(string.digits) + text[place + 1:]
    if kind == 1 and place + 1 < len(text):
        return text[:place] + text[place + 1] + text[place] + text[place + 2:]
    return text[:place] + text[place + 1:] if r.random() < 0.3 else text


def main():
    maskline, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    r = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    rules = "version: 1\nmask: compare\nrules:\n"
    for name in CASES:
        rules += "  - { id: v-%s, class: other, match: { pattern: '^.+$', validate: ['%s'], paths: ['%s[*]'] }, transform: { redact: { text: '!' } } }\n" % (
            name, name, name)
    bad = 0
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(rules)
        file.flush()
        for name, (modules, makers, skips) in CASES.items():
            texts = []
            while len(texts) < count:
                text = r.choice(makers)(r)
                if len(texts) % 2:
                    text = mutated(r, text)
                try:
                    if skips and skips(text):
                        continue
                except (ValueError, IndexError):
                    continue
                texts.append(text)
            given = "".join(json.dumps({name: texts[at:at + 500]}) + "\n" for at in range(0, count, 500))
            out = subprocess.run([maskline, "pipe", "--masks", file.name], input=given, capture_output=True, text=True, check=True).stdout
            got = [value == "!" for line in out.splitlines() for value in json.loads(line)[name]]
            checks = [library(module) for module in modules]
            wanted = [any(check("-".join([t[:6], t[6:]]) if name == "personnummer" else t) for check in checks) for t in texts]
            differing = [(t, w) for t, g, w in zip(texts, got, wanted) if g != w]
            print("%-18s %6d numbers, %5d valid, %d differ%s" % (name, count, sum(wanted), len(differing), "  " + str(differing[:3]) if differing else ""))
            bad += len(differing)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
