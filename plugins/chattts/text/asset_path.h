// Where a file of the model lies.
#pragma once

#include <fstream>
#include <string>

namespace chattts {

// `assets` is the model's folder asset/ or the one that holds it.
inline std::string asset_path(const std::string& assets, const std::string& name) {
  const std::string inside = assets + "/asset/" + name;
  return std::ifstream(inside) ? inside : assets + "/" + name;
}

}  // namespace chattts
