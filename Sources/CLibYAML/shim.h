#ifndef MASKLINE_CLIBYAML_SHIM_H
#define MASKLINE_CLIBYAML_SHIM_H
#include <yaml.h>
#endif
