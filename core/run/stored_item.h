// An item between two stages, owned by the host.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/graph/plan.h"
#include "core/run/tensor_pool.h"
#include "syrinx/flow.h"

namespace syrinx::core {

class StoredItem {
 public:
  StoredItem() = default;
  // Takes the tensors of `item` over.
  explicit StoredItem(const syx_item& item);
  StoredItem(StoredItem&& other) noexcept { swap(other); }
  StoredItem& operator=(StoredItem&& other) noexcept {
    swap(other);
    return *this;
  }
  ~StoredItem();

  // A second item with the same content; tensors are shared.
  StoredItem copy();

  // Its length along the time axis of a port type: samples, frames, tokens, bytes; 1 for what has none.
  int64_t length(const std::string& type) const;

  // Calls `use` with the item as the border has it; the tensors go to whoever is called.
  template <class Use>
  auto hand_over(uint32_t sequence, uint32_t flags_kept, Use&& use) {
    std::vector<syx_tensor> moved = std::move(tensors);
    tensors.clear();
    std::vector<syx_tensor*> pointers;
    for (syx_tensor& tensor : moved) pointers.push_back(tensor.dl ? &tensor : nullptr);
    const syx_item item = {sizeof(syx_item), sequence, flags & flags_kept, static_cast<uint32_t>(pointers.size()), 0, offset,
                           {text.data(), text.size()}, {meta.data(), meta.size()}, pointers.data()};
    return use(item);
  }

  uint32_t flags = 0;
  int64_t offset = 0;
  std::string text, meta;
  std::vector<syx_tensor> tensors;

 private:
  void swap(StoredItem& other) noexcept;
};

// Applies a wire's adapter ("dtype:s16->f32"); false if the item does not fit it.
bool adapt(const std::string& adapter, StoredItem& item);

}  // namespace syrinx::core
