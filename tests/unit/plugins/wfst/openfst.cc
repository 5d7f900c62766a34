#include "openfst.h"

#include <fst/arcsort.h>
#include <fst/compose.h>
#include <fst/const-fst.h>
#include <fst/shortest-distance.h>
#include <fst/vector-fst.h>

#include <sstream>

namespace wfst::testing {

using fst::StdArc;
using fst::StdVectorFst;
using Weight = fst::TropicalWeight;

std::string write_fst(const std::string& type, int states, const std::vector<PlainArc>& arcs, const std::vector<std::pair<int, float>>& finals) {
  StdVectorFst machine;
  for (int i = 0; i < states; ++i) machine.AddState();
  machine.SetStart(0);
  for (const PlainArc& arc : arcs) machine.AddArc(arc.from, StdArc(arc.input, arc.output, Weight(arc.weight), arc.to));
  for (const auto& [state, weight] : finals) machine.SetFinal(state, Weight(weight));
  std::ostringstream out;
  if (type == "const")
    fst::ConstFst<StdArc>(machine).Write(out, fst::FstWriteOptions("test"));
  else
    machine.Write(out, fst::FstWriteOptions("test"));
  return out.str();
}

std::optional<float> cheapest(const std::string& bytes, const std::string& text) {
  std::istringstream in(bytes);
  // By the type that the header names: the library's registry of types is not shared with code of hidden visibility.
  std::unique_ptr<fst::Fst<StdArc>> machine;
  if (bytes.compare(8, 5, "const") == 0)
    machine.reset(fst::ConstFst<StdArc>::Read(in, fst::FstReadOptions("test")));
  else
    machine.reset(StdVectorFst::Read(in, fst::FstReadOptions("test")));
  StdVectorFst line;
  line.SetStart(line.AddState());
  for (size_t i = 0; i < text.size(); ++i) {
    line.AddState();
    const int label = static_cast<unsigned char>(text[i]);
    line.AddArc(static_cast<int>(i), StdArc(label, label, Weight::One(), static_cast<int>(i) + 1));
  }
  line.SetFinal(static_cast<int>(text.size()), Weight::One());
  StdVectorFst sorted(*machine), both;
  fst::ArcSort(&sorted, fst::ILabelCompare<StdArc>());
  fst::Compose(line, sorted, &both);
  if (both.Start() == fst::kNoStateId) return std::nullopt;
  const Weight cost = fst::ShortestDistance(both);
  if (cost == Weight::Zero()) return std::nullopt;
  return cost.Value();
}

}  // namespace wfst::testing
