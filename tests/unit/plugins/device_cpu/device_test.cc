// The device table as a host uses it, through the plugin's one symbol.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "syrinx/device.h"

namespace {

syx_status fail(syx_call*, syx_status code, syx_str, syx_str) { return code; }

class Device : public ::testing::Test {
 protected:
  void SetUp() override {
    call_.struct_size = sizeof(call_);
    call_.fail = fail;
    void* library = dlopen(PLUGIN, RTLD_NOW | RTLD_LOCAL);
    ASSERT_TRUE(library) << dlerror();
    const auto entry = reinterpret_cast<const syx_plugin* (*)()>(dlsym(library, "syx_plugin_v0"));
    ASSERT_TRUE(entry);
    const syx_component* component = entry()->components[0];
    EXPECT_STREQ(component->kind, "device");
    syx_create create = {};
    create.struct_size = sizeof(create);
    create.options = SYX_S("{}");
    ASSERT_EQ(component->create(&call_, &create, &stage_), SYX_OK);
    table_ = static_cast<const syx_device_v1*>(stage_->query(stage_, SYX_DEVICE_V1));
    ASSERT_TRUE(table_);
    EXPECT_EQ(stage_->query(stage_, "syrinx.device/1x"), nullptr);
  }
  void TearDown() override {
    if (stage_) stage_->destroy(stage_);
  }
  syx_call call_ = {};
  syx_stage* stage_ = nullptr;
  const syx_device_v1* table_ = nullptr;
};

TEST_F(Device, TellsWhatItIs) {
  uint32_t count = 0;
  EXPECT_EQ(table_->count(&call_, stage_, &count), SYX_OK);
  EXPECT_EQ(count, 1u);
  std::string text;
  const auto write = [](void* sink, syx_str part) { static_cast<std::string*>(sink)->append(part.data, part.size); };
  EXPECT_EQ(table_->properties(&call_, stage_, write, &text), SYX_OK);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["type"], 1);
  EXPECT_GT(json["memory"].get<uint64_t>(), 0u);
  uint64_t available = 0, total = 0;
  EXPECT_EQ(table_->memory(&call_, stage_, &available, &total), SYX_OK);
  EXPECT_LE(available, total);
}

TEST_F(Device, MemoryAndCopies) {
  void *a = nullptr, *b = nullptr;
  ASSERT_EQ(table_->allocate(&call_, stage_, 1000, SYX_MEMORY_DEVICE, nullptr, &a), SYX_OK);
  ASSERT_EQ(table_->allocate(&call_, stage_, 1000, SYX_MEMORY_PINNED, nullptr, &b), SYX_OK);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(a) % 64, 0u);
  std::memset(a, 7, 1000);
  EXPECT_EQ(table_->copy(&call_, stage_, b, a, 1000, nullptr), SYX_OK);
  EXPECT_EQ(std::memcmp(a, b, 1000), 0);
  table_->free(stage_, a, SYX_MEMORY_DEVICE, nullptr);
  table_->free(stage_, b, SYX_MEMORY_PINNED, nullptr);
  void* none = &none;
  EXPECT_EQ(table_->allocate(&call_, stage_, 0, SYX_MEMORY_DEVICE, nullptr, &none), SYX_OK);
  EXPECT_EQ(none, nullptr);
  EXPECT_EQ(table_->allocate(&call_, stage_, UINT64_MAX, SYX_MEMORY_DEVICE, nullptr, &none), SYX_E_OUT_OF_MEMORY);
}

TEST_F(Device, StreamsAndEvents) {
  syx_stream* stream = nullptr;
  syx_event* event = nullptr;
  ASSERT_EQ(table_->stream_create(&call_, stage_, &stream), SYX_OK);
  ASSERT_EQ(table_->event_create(&call_, stage_, &event), SYX_OK);
  EXPECT_EQ(table_->event_record(&call_, stage_, event, stream), SYX_OK);
  EXPECT_EQ(table_->stream_wait_event(&call_, stage_, stream, event), SYX_OK);
  EXPECT_EQ(table_->event_query(&call_, stage_, event), SYX_OK);
  EXPECT_EQ(table_->event_wait(&call_, stage_, event), SYX_OK);
  EXPECT_EQ(table_->stream_wait(&call_, stage_, stream), SYX_OK);
  EXPECT_EQ(table_->native_stream(stage_, stream), nullptr);
  table_->event_destroy(stage_, event);
  table_->stream_destroy(stage_, stream);
}

}  // namespace
