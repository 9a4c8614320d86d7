#ifndef MASKLINE_CZLIB_SHIM_H
#define MASKLINE_CZLIB_SHIM_H
#include <zlib.h>

// zlib's own are macros, which Swift cannot call. 31: the largest window, in gzip's form.
static inline int CZlib_inflate_init(z_stream *stream) { return inflateInit2(stream, 31); }
static inline int CZlib_deflate_init(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
}
#endif
