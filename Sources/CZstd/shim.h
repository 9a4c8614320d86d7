#ifndef MASKLINE_CZSTD_SHIM_H
#define MASKLINE_CZSTD_SHIM_H
#include <zstd.h>
#endif
