"""What is planted: sensitive values by kind, with the keys and sentences that programs log them in, and harmless look-alikes.

A kind is (make, keys, sentences, groups): `make` draws the canonical value, `groups` are the sizes in which its digits are
usually parted (None: it is never parted). A sentence holds `{}`; a kind whose sentences say only `{}` counts on its form alone.
"""
import base64
import json
import string
import uuid

import numbers_ as n


def word(r, alphabet, count):
    return "".join(r.choice(alphabet) for _ in range(count))


ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
FIRST = "Anna Bruno Chloé Dmitri Elif Fatima Göran Hiro Ines José Katarzyna Liam Mei Noor Olga Pedro".split()
LAST = "Novak O'Brien García Schmidt Jensen Rossi Kowalska Tanaka Silva Öztürk Nguyen Dubois".split()
DOMAINS = "example.com example.org mail.example.net corp.example.co.uk example.de test.example.io".split()


def email(r):
    local = r.choice([
        "{f}.{l}", "{f}_{l}{d}", "{f}+news", "{l}{d}", "{f}-{l}"]).format(
            f=r.choice("anna bruno chloe dmitri elif fatima".split()), l=r.choice("novak garcia schmidt jensen rossi".split()),
            d=r.randint(1, 999))
    return local + "@" + r.choice(DOMAINS)


def phone(r):
    return r.choice([
        lambda: "+1" + n.digits(r, 3, "23456789") + n.digits(r, 3, "23456789") + n.digits(r, 4),
        lambda: "+44" + n.digits(r, 10, "127"), lambda: "+49" + n.digits(r, 10, "13"), lambda: "+33" + n.digits(r, 9, "1267"),
        lambda: "+81" + n.digits(r, 10, "37"), lambda: "+55" + n.digits(r, 11, "12")])()


def us_phone(r):
    return n.digits(r, 3, "23456789") + n.digits(r, 3, "23456789") + n.digits(r, 4)


def ipv4(r):
    # Loopback addresses are no data.
    return ".".join(str(r.randint(1 if place else 11, 254 if place else 126)) for place in range(4)) if r.random() < 0.5 else "10.%d.%d.%d" % (
        r.randint(1, 254), r.randint(0, 254), r.randint(1, 254))


def ipv6(r):
    return "2001:db8:" + ":".join(word(r, HEX, 4) for _ in range(6))


def mac(r):
    return ":".join(["02"] + [word(r, HEX, 2) for _ in range(5)])


def jwt(r):
    part = lambda o: base64.urlsafe_b64encode(json.dumps(o).encode()).decode().rstrip("=")
    return part({"alg": "HS256", "typ": "JWT"}) + "." + part({"sub": word(r, string.digits, 10), "iat": 1700000000}) + "." + word(
        r, ALNUM + "-_", 43)


def pem(r):
    body = "\n".join(word(r, ALNUM + "+/", 64) for _ in range(3))
    return "-----BEGIN %s-----\n%s\n-----END %s-----" % (("RSA PRIVATE KEY", body, "RSA PRIVATE KEY"))


def token(prefix, alphabet, count):
    return lambda r: prefix + word(r, alphabet, count)


BARE = ["{}", "got {} back", "value {}, retrying", "({})"]


def said(*words):
    return [w + s for w in words for s in (" {} on file", ": {}", "={}", " is {}.")]


KINDS = {
    "pan": (n.pan, ["card_number", "pan", "cardNumber", "note", "msg"], BARE + said("card", "PAN"), [4, 4, 4, 4, 3]),
    "iban": (n.iban, ["iban", "account", "note"], BARE + said("IBAN", "pay to"), [4] * 9),
    "us-ssn": (n.ssn, ["ssn", "social_security_number"], said("SSN", "social security number"), [3, 2, 4]),
    "us-itin": (n.itin, ["itin", "taxId"], said("ITIN", "taxpayer id"), [3, 2, 4]),
    "us-routing": (n.routing, ["routing_number", "routingNumber"], said("routing number", "ABA"), None),
    "us-mbi": (n.mbi, ["mbi", "medicare_number"], said("MBI", "Medicare"), [4, 3, 4]),
    "uk-nino": (n.nino, ["nino", "ni", "note"], BARE + said("NINO"), [2, 2, 2, 2, 1]),
    "uk-nhs": (n.nhs, ["nhs_number", "nhsNumber"], said("NHS number"), [3, 3, 4]),
    "de-steuer-id": (n.steuer_id, ["steuerId", "tax_id"], said("Steuer-ID", "IdNr"), [2, 3, 3, 3]),
    "fr-nir": (n.nir, ["nir", "numero_secu"], said("NIR", "numéro de sécurité sociale"), [1, 2, 2, 2, 3, 3, 2]),
    "es-dni": (n.dni, ["dni", "nif"], said("DNI", "NIF"), None),
    "it-codice-fiscale": (n.codice_fiscale, ["codice_fiscale", "cf", "note"], BARE + said("codice fiscale"), None),
    "nl-bsn": (n.bsn, ["bsn", "burgerservicenummer"], said("BSN"), [3, 3, 3]),
    "be-nn": (n.be_nn, ["rijksregisternummer", "national_number"], said("rijksregisternummer", "NISS"), None),
    "pt-nif": (n.pt_nif, ["nif", "contribuinte"], said("NIF", "contribuinte"), [3, 3, 3]),
    "pl-pesel": (n.pesel, ["pesel"], said("PESEL"), None),
    "se-personnummer": (n.personnummer, ["personnummer"], said("personnummer"), [6, 4]),
    "no-fodselsnummer": (n.fodselsnummer, ["fodselsnummer", "fnr"], said("fødselsnummer", "fnr"), [6, 5]),
    "dk-cpr": (n.cpr, ["cpr", "cprNummer"], said("CPR", "CPR-nummer"), [6, 4]),
    "fi-hetu": (n.hetu, ["hetu", "henkilotunnus"], said("hetu", "henkilötunnus"), None),
    "ca-sin": (n.sin, ["sin", "social_insurance_number"], said("SIN", "social insurance number"), [3, 3, 3]),
    "au-tfn": (n.tfn, ["tfn", "tax_file_number"], said("TFN", "tax file number"), [3, 3, 3]),
    "au-abn": (n.abn, ["abn"], said("ABN"), [2, 3, 3, 3]),
    "in-aadhaar": (n.aadhaar, ["aadhaar", "aadhaarNumber"], said("Aadhaar"), [4, 4, 4]),
    "br-cpf": (n.cpf, ["cpf"], said("CPF"), None),
    "br-cnpj": (n.cnpj, ["cnpj"], said("CNPJ"), None),
    "sg-nric": (n.nric, ["nric"], said("NRIC"), None),
    "kr-rrn": (n.rrn, ["rrn", "resident_registration_number"], said("RRN", "resident registration number"), [6, 7]),
    "jp-my-number": (n.my_number, ["myNumber", "my_number"], said("My Number"), [4, 4, 4]),
    "cn-resident-id": (n.cn_id, ["id_card", "residentId", "note"], BARE + said("ID card"), None),
    "za-id": (n.za_id, ["id_number", "national_id"], said("ID number"), [6, 4, 3]),
    "imei": (n.imei, ["imei"], said("IMEI"), [2, 6, 6, 1]),
    "email": (email, ["email", "user", "to", "msg"], BARE + ["mail to {} failed", "<{}>", "user={}&x=1"], None),
    "phone-international": (phone, ["phone", "msisdn", "from", "msg"], BARE + ["call {} now", "tel:{}"], None),
    "phone-us": (us_phone, ["phone_number", "mobile"], said("phone", "mobile"), [3, 3, 4]),
    "ipv4": (ipv4, ["client_ip", "remote_addr", "msg"], BARE + ["client {} connected", "http://{}/x"], None),
    "ipv6": (ipv6, ["client_ip", "addr"], BARE + ["from [{}]:443"], None),
    "mac": (mac, ["mac", "hw"], BARE + ["dhcp {} up"], None),
    "jwt": (jwt, ["jwt", "assertion", "msg"], BARE + ["Authorization: Bearer {}", "token={}"], None),
    "private-key": (pem, ["key", "pem", "msg"], BARE + ["loaded {}"], None),
    "aws-key-id": (token("AKIA", string.ascii_uppercase + "234567", 16), ["key_id", "msg"], BARE, None),
    "github-token": (token("ghp_", ALNUM, 36), ["tok", "msg"], BARE + ["https://{}@github.com/o/r"], None),
    "gitlab-token": (token("glpat-", ALNUM, 20), ["tok", "msg"], BARE, None),
    "slack-token": (lambda r: "xoxb-%s-%s-%s" % (word(r, string.digits, 12), word(r, string.digits, 12), word(r, ALNUM, 24)),
                    ["tok", "msg"], BARE, None),
    "stripe-key": (token("sk_live_", ALNUM, 24), ["tok", "msg"], BARE, None),
    "google-key": (token("AIza", ALNUM + "-_", 35), ["tok", "msg"], BARE + ["maps?key={}"], None),
    "openai-key": (token("sk-proj-", ALNUM, 48), ["tok", "msg"], BARE, None),
    "npm-token": (token("npm_", ALNUM, 36), ["tok", "msg"], BARE, None),
    "sendgrid-key": (lambda r: "SG.%s.%s" % (word(r, ALNUM, 22), word(r, ALNUM, 43)), ["tok", "msg"], BARE, None),
    "url-password": (token("Pw", ALNUM, 12), None, ["postgres://svc:{}@db-1:5432/x", "dial redis://:{}@cache:6379"], None),
    "password": (token("Pw", ALNUM, 12), ["password", "db_password", "passwd", "userPassword"],
                 ["login password={} ok", "Server=db;Pwd={};", "--password {} run"], None),
    "api-key": (token("", HEX, 32), ["api_key", "apiKey", "x-api-key", "client_secret", "access_token"],
                ["api_key={}&x=1", "client_secret: {}", "X-Api-Key: {}"], None),
    "cvv": (lambda r: n.digits(r, 3), ["cvv", "cvc", "security_code", "cvv2"], ["cvv: {} ok", "CVC={}&x=1"], None),
    "track2": (lambda r: ";%s=%02d%02d1011%s?" % (n.pan(r), r.randint(26, 32), r.randint(1, 12), n.digits(r, 10)),
               ["track2", "msg"], BARE + ["swipe {} ok"], None),
    "person-name": (lambda r: r.choice(FIRST) + " " + r.choice(LAST), ["full_name", "cardholder_name", "customerName"], None, None),
    "street": (lambda r: "%d %s Street" % (r.randint(1, 400), r.choice(LAST)), ["street_address", "address_line1"], None, None),
    "birth-date": (lambda r: "%04d-%02d-%02d" % n.date(r), ["date_of_birth", "dob", "birthDate"], ["born on {}", "DOB: {}"], None),
    "geo": (lambda r: "%.5f" % r.uniform(-80, 80), ["latitude", "longitude", "lat", "lng"], ["near?lat={}&r=5"], None),
}
# No form of their own: recall depends on the key that a program chose.
FORMLESS = {"person-name", "street", "birth-date", "geo", "password", "api-key", "cvv", "url-password"}
DIGITAL = {k for k, v in KINDS.items() if v[3]} - {"iban", "uk-nino", "us-mbi"}


def not_luhn(r, count):
    body = n.digits(r, count - 1, "123456789")
    return body + str((int(n.luhn_digit(body)) + r.randint(1, 9)) % 10)


LOOKALIKES = {
    "trace-id": lambda r: word(r, HEX, 32), "span-id": lambda r: word(r, HEX, 16),
    "uuid": lambda r: str(uuid.UUID(int=r.getrandbits(128), version=4)),
    "sha1": lambda r: word(r, HEX, 40), "sha256": lambda r: "sha256:" + word(r, HEX, 64), "md5": lambda r: word(r, HEX, 32),
    "epoch-s": lambda r: r.randint(1600000000, 1800000000), "epoch-ms": lambda r: r.randint(1600000000000, 1800000000000),
    "epoch-us": lambda r: r.randint(1600000000000000, 1800000000000000),
    "epoch-ns": lambda r: r.randint(1600000000000000000, 1800000000000000000),
    "epoch-ms-text": lambda r: str(r.randint(1600000000000, 1800000000000)),
    "float": lambda r: r.random() * 10 ** r.randint(-3, 3), "duration": lambda r: "%.6fms" % (r.random() * 900),
    "version": lambda r: "v%d.%d.%d" % (r.randint(0, 30), r.randint(0, 99), r.randint(0, 999)),
    "version-build": lambda r: "%d.%d.%d-rc.%d+build.%d" % (r.randint(0, 9), r.randint(0, 99), r.randint(0, 9), r.randint(1, 9),
                                                          r.randint(1000, 99999)),
    "version-four": lambda r: "version %d.%d.%d.%d" % (r.randint(0, 9), r.randint(0, 99), r.randint(0, 9), r.randint(1, 99)),
    "user-agent": lambda r: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.%d.%d Safari/537.36" % (
        r.randint(90, 130), r.randint(1000, 6999), r.randint(1, 199)),
    "order-16": lambda r: not_luhn(r, 16), "order-15": lambda r: not_luhn(r, 15), "order-10": lambda r: "ORD-" + n.digits(r, 10),
    "order-9": lambda r: n.digits(r, 9, "123456789"), "order-12": lambda r: not_luhn(r, 12),
    "snowflake": lambda r: str(r.randint(12 * 10 ** 17, 19 * 10 ** 17)), "size": lambda r: r.randint(1000, 10 ** 10),
    "iso-time": lambda r: "2025-%02d-%02dT%02d:%02d:%02d.%06dZ" % (r.randint(1, 12), r.randint(1, 28), r.randint(0, 23), r.randint(0, 59),
                                                                  r.randint(0, 59), r.randint(0, 999999)),
    "iso-offset": lambda r: "2025-%02d-%02d %02d:%02d:%02d,%03d +0200" % (r.randint(1, 12), r.randint(1, 28), r.randint(0, 23),
                                                                          r.randint(0, 59), r.randint(0, 59), r.randint(0, 999)),
    "pod": lambda r: "%s-%s-%s" % (r.choice(["api", "checkout", "worker"]), word(r, "bcdfghjklmnpqrstvwxz2456789", 10),
                                   word(r, "bcdfghjklmnpqrstvwxz2456789", 5)),
    "base64": lambda r: base64.b64encode(r.randbytes(r.randint(20, 60))).decode(), "color": lambda r: "#" + word(r, HEX, 6),
    "sku": lambda r: "SKU-%s-%05d-%s" % (word(r, string.ascii_uppercase, 3), r.randint(0, 99999), word(r, string.ascii_uppercase, 2)),
    "git-short": lambda r: word(r, HEX, 7), "object-id": lambda r: word(r, HEX, 24),
    "ulid": lambda r: "01J" + word(r, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 23),
    "coordinates": lambda r: "%.6f,%.6f" % (r.uniform(-90, 90), r.uniform(-180, 180)),
    "address": lambda r: "0x" + word(r, HEX, 12), "arn": lambda r: "arn:aws:iam::%s:role/app" % n.digits(r, 12, "123456789"),
    "digest": lambda r: "registry.example/app@sha256:" + word(r, HEX, 64), "port": lambda r: "listening on 0.0.0.0:%d" % r.randint(1024, 65535),
    "frame": lambda r: "at com.example.Service$Inner.run(Service.java:%d)" % r.randint(1, 2000),
    "go-frame": lambda r: "main.go:%d +0x%s" % (r.randint(1, 900), word(r, HEX, 3)),
    "sql": lambda r: "SELECT id, total FROM orders WHERE id = %d AND state IN (1,2,3) LIMIT %d" % (r.randint(1, 10 ** 8), r.randint(1, 500)),
    "code": lambda r: "for (let i = 0; i < %d; i++) { total += items[i].price * 1.%02d; }" % (r.randint(1, 999), r.randint(0, 99)),
    "offset": lambda r: "orders-%d@%d" % (r.randint(0, 31), r.randint(10 ** 6, 10 ** 11)),
    "etag": lambda r: 'W/"%s-%s"' % (word(r, HEX, 4), word(r, ALNUM, 27)), "lsn": lambda r: "%X/%08X" % (r.randint(0, 99), r.getrandbits(32)),
    "percent": lambda r: "%d.%d%% of 1%03d" % (r.randint(0, 99), r.randint(0, 99), r.randint(0, 999)),
    "ean13": lambda r: not_luhn(r, 13), "serial": lambda r: "%s%s" % (word(r, string.ascii_uppercase, 2), n.digits(r, 8)),
    "thread": lambda r: "http-nio-8080-exec-%d" % r.randint(1, 200), "systemd": lambda r: "session-%d.scope" % r.randint(1, 99999),
}
LOOKALIKE_KEYS = ["id", "ref", "value", "detail", "info", "v", "seq", "hash", "ts", "rev"]
