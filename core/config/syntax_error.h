// The YAML parser's complaints in the words of this program.
#pragma once

#include <string_view>

#include "core/config/node.h"

namespace syrinx::core {

// `message` and the place are the parser's; `bracket`: the innermost bracket that was open then, or
// null. E0101.
Error syntax_error(const SourcePtr& source, std::string_view message, int line, int byte_column,
                   const Mark* bracket);

}  // namespace syrinx::core
