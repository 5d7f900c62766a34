// The little of an ONNX file that a fixed network needs: its constants by name, and in which order matrices are used.
//
// A minimal reader of the protobuf wire format over a mapped file; every length is checked. Valid as long as the object.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hibari {

struct OnnxTensor {
  std::vector<int64_t> shape;
  int type = 0;            // 1 float32, 3 int8
  std::string_view raw;    // little-endian
  float scalar = 0;        // of a scalar that is stored apart
  int64_t elements() const {
    int64_t n = 1;
    for (int64_t d : shape) n *= d;
    return n;
  }
};

struct OnnxNode {
  std::string_view op;
  std::vector<std::string_view> inputs;
};

class OnnxFile {
 public:
  // Null with `error` set if the file is missing, truncated or not a model.
  static std::unique_ptr<OnnxFile> open(const std::string& path, std::string* error);
  ~OnnxFile();

  const OnnxTensor* find(const std::string& name) const;
  const std::vector<OnnxNode>& nodes() const { return nodes_; }

  // A float tensor of `count` elements; empty with `error` set otherwise.
  std::vector<float> floats(const std::string& name, int64_t count, std::string* error) const;

 private:
  OnnxFile() = default;
  bool read_graph(std::string_view graph);
  bool read_tensor(std::string_view tensor);
  void* map_ = nullptr;
  uint64_t size_ = 0;
  std::map<std::string, OnnxTensor, std::less<>> tensors_;
  std::vector<OnnxNode> nodes_;
};

}  // namespace hibari
