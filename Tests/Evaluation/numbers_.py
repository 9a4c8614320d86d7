"""Made-up numbers that pass their check digits, and look-alikes that do not.

Written from the issuers' descriptions, apart from Maskline's packs and validators and sharing nothing with them.
"""
import string


def luhn_digit(body):
    total = 0
    for place, char in enumerate(reversed(body)):
        digit = int(char) * (2 if place % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)


def digits(r, count, first="0123456789"):
    return r.choice(first) + "".join(r.choice(string.digits) for _ in range(count - 1))


def weighted(body, weights):
    return sum(int(char) * weight for char, weight in zip(body, weights))


def until(make):
    """Draws until the scheme has a number for the draw."""
    while True:
        number = make()
        if number:
            return number


def date(r, low=1940, high=2005):
    return r.randint(low, high), r.randint(1, 12), r.randint(1, 28)


BRANDS = [("4", 16), ("4", 13), ("4", 19), ("51", 16), ("52", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15),
          ("37", 15), ("6011", 16), ("65", 16), ("62", 16), ("62", 19), ("3530", 16), ("36", 14), ("300", 14), ("305", 14), ("5018", 16),
          ("6759", 16), ("2202", 16), ("9792", 16), ("5067", 16)]


def pan(r):
    prefix, count = r.choice(BRANDS)
    body = prefix + "".join(r.choice(string.digits) for _ in range(count - 1 - len(prefix)))
    return body + luhn_digit(body)


def mod97(text):
    return int("".join(str(int(char, 36)) for char in text)) % 97


IBANS = {"DE": "18n", "GB": "4a14n", "FR": "10n11c2n", "ES": "20n", "IT": "1a10n12c", "NL": "4a10n", "BE": "12n", "PL": "24n",
         "SE": "20n", "NO": "11n", "CH": "5n12c", "AT": "16n", "PT": "21n", "DK": "14n", "FI": "14n", "IE": "4a14n"}


def iban(r):
    country, form = r.choice(sorted(IBANS.items()))
    body, count = "", ""
    for char in form:
        if char.isdigit():
            count += char
            continue
        alphabet = {"n": string.digits, "a": string.ascii_uppercase, "c": string.digits + string.ascii_uppercase}[char]
        body += "".join(r.choice(alphabet) for _ in range(int(count)))
        count = ""
    return country + "%02d" % (98 - mod97(body + country + "00")) + body


def ssn(r):
    area = r.choice([n for n in range(1, 900) if n != 666])
    return "%03d%02d%04d" % (area, r.randint(1, 99), r.randint(1, 9999))


def itin(r):
    return "9%02d%02d%04d" % (r.randint(0, 99), r.choice([50, 60, 65, 70, 75, 88, 90, 92, 94, 99]), r.randint(0, 9999))


def routing(r):
    body = r.choice(["02", "11", "26", "31", "12"]) + digits(r, 6)
    return body + str(-weighted(body, [3, 7, 1, 3, 7, 1, 3, 7]) % 10)


def nhs(r):
    def make():
        body = digits(r, 9, "4567")
        check = 11 - weighted(body, range(10, 1, -1)) % 11
        return None if check == 10 else body + str(check % 11)
    return until(make)


def nino(r):
    def make():
        pair = r.choice("ABCEGHJKLMNOPRSTWXYZ") + r.choice("ABCEGHJKLMNPRSTWXYZ")
        return None if pair in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ") else pair + digits(r, 6) + r.choice("ABCD")
    return until(make)


def sin(r):
    body = digits(r, 8, "1245679")
    return body + luhn_digit(body)


def tfn(r):
    def make():
        body = digits(r, 8, "123456789")
        rest = weighted(body, [1, 4, 3, 7, 5, 8, 6, 9])
        check = next((d for d in range(10) if (rest + 10 * d) % 11 == 0), None)
        return None if check is None else body + str(check)
    return until(make)


def abn(r):
    body = digits(r, 9)
    # Subtracting one from the first digit is what the 11 in front stands for.
    weights = [3, 5, 7, 9, 11, 13, 15, 17, 19]
    return str(11 + (-weighted(body, weights) - 1) % 89) + body


D5 = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
      [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
      [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
      [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]
P8 = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4], [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
      [8, 9, 1, 6, 0, 4, 3, 5, 2, 7], [9, 4, 5, 3, 1, 2, 6, 8, 7, 0], [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
      [2, 7, 9, 3, 8, 0, 6, 4, 1, 5], [7, 0, 4, 6, 9, 1, 3, 2, 5, 8]]


def aadhaar(r):
    body = digits(r, 11, "23456789")
    check = 0
    for place, char in enumerate(reversed(body)):
        check = D5[check][P8[(place + 1) % 8][int(char)]]
    return body + str([0, 4, 3, 2, 1, 5, 6, 7, 8, 9][check])


def cpf(r):
    body = digits(r, 9)
    for count in (10, 11):
        body += str((11 - weighted(body, range(count, 1, -1)) % 11) % 11 % 10)
    return body


def cnpj(r):
    body = digits(r, 8) + "0001"
    for weights in ([5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2], [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]):
        body += str((11 - weighted(body, weights) % 11) % 11 % 10)
    return body


def nric(r):
    body = digits(r, 7)
    return "S" + body + "JZIHGFEDCBA"[weighted(body, [2, 7, 6, 5, 4, 3, 2]) % 11]


def rrn(r):
    year, month, day = date(r, 1940, 1999)
    body = "%02d%02d%02d" % (year % 100, month, day) + r.choice("12") + "%02d" % r.randint(0, 95) + digits(r, 3)
    return body + str((11 - weighted(body, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10)


def my_number(r):
    body = digits(r, 11)
    return body + str(-weighted(body, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11 % 10)


def cn_id(r):
    year, month, day = date(r)
    body = r.choice(["110105", "310104", "440305", "360426"]) + "%04d%02d%02d" % (year, month, day) + digits(r, 3)
    return body + "10X98765432"[weighted(body, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11]


def za_id(r):
    year, month, day = date(r, 1940, 1999)
    body = "%02d%02d%02d" % (year % 100, month, day) + digits(r, 4) + r.choice("01") + "8"
    return body + luhn_digit(body)


def mod11_10(body):
    product = 10
    for char in body:
        last = (product + int(char)) % 10 or 10
        product = last * 2 % 11
    return str((11 - product) % 10)


def steuer_id(r):
    chosen = r.sample(range(10), 9)
    body = chosen + [r.choice(chosen)]
    r.shuffle(body)
    if body[0] == 0:
        return steuer_id(r)
    text = "".join(map(str, body))
    return text + mod11_10(text)


def nir(r):
    body = r.choice("12") + "%02d%02d%02d%03d%03d" % (r.randint(40, 99), r.randint(1, 12), r.randint(1, 95), r.randint(1, 990),
                                                     r.randint(1, 999))
    return body + "%02d" % (97 - int(body) % 97)


def dni(r):
    number = r.randint(10000000, 99999999)
    return "%d%s" % (number, "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23])


ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]


def codice_fiscale(r):
    year, month, day = date(r)
    letters = "".join(r.choice("BCDFGLMNPRSTVZ") for _ in range(6))
    body = letters + "%02d" % (year % 100) + "ABCDEHLMPRST"[month - 1] + "%02d" % (day + r.choice([0, 40])) + r.choice(
        "ABCDEFGHIL") + digits(r, 3)
    order = [int(c) if c.isdigit() else ord(c) - 65 for c in body]
    return body + chr(65 + sum(ODD[v] if i % 2 == 0 else v for i, v in enumerate(order)) % 26)


def bsn(r):
    def make():
        body = digits(r, 8, "12345678")
        check = weighted(body, range(9, 1, -1)) % 11
        return None if check == 10 else body + str(check)
    return until(make)


def be_nn(r):
    year, month, day = date(r, 1940, 1999)
    body = "%02d%02d%02d%03d" % (year % 100, month, day, r.randint(1, 997))
    return body + "%02d" % (97 - int(body) % 97)


def pt_nif(r):
    body = digits(r, 8, "123")
    return body + str((11 - weighted(body, range(9, 1, -1)) % 11) % 11 % 10)


def pesel(r):
    year, month, day = date(r, 1940, 1999)
    body = "%02d%02d%02d" % (year % 100, month, day) + digits(r, 4)
    return body + str(-weighted(body, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)


def personnummer(r):
    year, month, day = date(r, 1940, 1999)
    body = "%02d%02d%02d" % (year % 100, month, day) + digits(r, 3)
    return body + luhn_digit(body)


def fodselsnummer(r):
    def make():
        year, month, day = date(r, 1940, 1999)
        body = "%02d%02d%02d%03d" % (day, month, year % 100, r.randint(0, 499))
        for weights in ([3, 7, 6, 1, 8, 9, 4, 5, 2], [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]):
            check = -weighted(body, weights) % 11
            if check == 10:
                return None
            body += str(check)
        return body
    return until(make)


def cpr(r):
    year, month, day = date(r, 1940, 1999)
    return "%02d%02d%02d" % (day, month, year % 100) + digits(r, 4, "0123")


def hetu(r):
    year, month, day = date(r, 1940, 1999)
    body, serial = "%02d%02d%02d" % (day, month, year % 100), r.randint(2, 899)
    return body + "-%03d" % serial + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int("%s%03d" % (body, serial)) % 31]


def imei(r):
    body = "35" + digits(r, 12)
    return body + luhn_digit(body)


def mbi(r):
    a, n = "ACDEFGHJKMNPQRTUVWXY", string.digits
    return "".join(r.choice(s) for s in ["123456789", a, a + n, n, a, a + n, n, a, a, n, n])
