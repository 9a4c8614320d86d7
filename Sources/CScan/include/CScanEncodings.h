// Encodings that a text may hide a value in: where they stand. One reading of each for the kernels,
// which say where to look, and for the decoders, which undo them.
#ifndef MASKLINE_CSCAN_ENCODINGS_H
#define MASKLINE_CSCAN_ENCODINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The bits of `CScan_encodings`.
#define CScan_PERCENT 1
#define CScan_HTML 2
#define CScan_BASE64 4
#define CScan_QUOTED_PRINTABLE 8

/// How far apart two `+` may stand that are taken for the blanks of a form.
#define CScan_PLUS_GAP_MAX 32

/// Which encodings stand in a text: the bits above.
uint32_t CScan_encodings(const uint8_t *bytes, size_t count);

/// The value of two hexadecimal digits at `i`, or -1.
int CScan_hex_pair(const uint8_t *bytes, size_t i, size_t count);

/// The character that the reference at the `&` at `i` stands for (`&#52;`, `&#x34`, `&nbsp;`), or -1;
/// `length` is how many bytes it has. Of the names those that may stand between or for the characters
/// of a value: ASCII, blanks, dashes, and what has no width.
int32_t CScan_entity(const uint8_t *bytes, size_t i, size_t count, size_t *length);

/// Whether the `+` at `i` may be the blank of a form between groups: behind a letter or digit, before
/// a digit.
bool CScan_is_form_blank(const uint8_t *bytes, size_t i, size_t count);

/// How many bytes of quoted-printable the `=` at `i` begins: 3 for an octet, 2 and more for a soft line
/// break, 0 if it is only an equals sign. Of a text that is not known to be quoted-printable `key=20`
/// and `>=20` are no octets: one stands behind what is neither a letter nor an operator, or beside another
/// one, or is `=40` or like `=3D`.
size_t CScan_quoted(const uint8_t *bytes, size_t i, size_t count, bool isKnown);

/// Where the next stretch of base64 that holds printable ASCII begins: three groups of four
/// characters in a row, of which the last may end early (seven bytes at least); `count` if there is none.
size_t CScan_base64_text(const uint8_t *bytes, size_t from, size_t count);

/// The value of a base64 character of either alphabet, or -1.
int CScan_base64_value(uint8_t byte);

/// Whether four base64 characters hold three bytes of printable ASCII.
bool CScan_is_base64_group(const uint8_t *bytes);

#endif
