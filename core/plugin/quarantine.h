// Libraries that nobody has loaded yet are tried in a child process first; those that crash or hang there are not loaded.
#pragma once

#include <string>

#include "core/plugin/manifest.h"

namespace syrinx::core {

// Nothing if the library may be loaded. What is known is remembered in the user's state folder by path, time and size, so
// that a good library is tried once. E0208 with the reason. Does nothing where the trying program is not installed.
Errors try_in_child(const Manifest& manifest);

// Forgets what is known of a plugin's library: it is tried again.
void lift_quarantine(const Manifest& manifest);

// The reason a plugin is quarantined for, or empty.
std::string quarantine_reason(const Manifest& manifest);

}  // namespace syrinx::core
