// The options of a stage against its component's JSON Schema.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>

#include "core/config/node.h"

namespace syrinx::core {

using Json = nlohmann::ordered_json;

// How an option of format "asset" becomes an absolute path; gets the text and where it stands.
using AssetResolver = std::function<Result<std::string>(const std::string& text, const Mark& mark)>;

// Complete options: values converted to the types of the schema, defaults filled in. Types come from the schema: `no` is
// a text where a text is wanted. Understood of JSON Schema: type (string, integer, number, boolean, array, object, or a list
// of these), enum, minimum, maximum, exclusiveMinimum, exclusiveMaximum, items, minItems, maxItems, properties,
// additionalProperties, required, default; and `format: asset|output`, `scope: utterance`, `aliases: [...]`.
// `owner`: what messages call the component, "basic/sampler". E0112 to E0115; and what `resolve` reports.
Result<Json> complete_options(const Node& options, const Json& schema, const std::string& owner,
                              const AssetResolver& resolve);

// What plain YAML says, without a schema: for manifests.
Json plain_json(const Node& node);

// The members of complete options whose schema says `scope: utterance`.
Json utterance_part(const Json& options, const Json& schema);

}  // namespace syrinx::core
