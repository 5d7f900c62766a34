// What the rules of the border check, a function a rule; rules.cc says which is which. They throw Broken and Skipped.
#pragma once

#include <vector>

#include "rules.h"
#include "subject.h"

namespace syrinx::conform {

// binary_rules.cc: of the library as a file, and of loading it.
void exports_only_the_entry(const Request& request);
void no_unique_symbols(const Request& request);
void loads(const Request& request);
void loading_leaves_traces(const Request& request);

// version_rules.cc: what it says of itself, and that it works under hosts of other ages.
void describes_itself(const Request& request);
void unknown_ids(const Request&, const syx_plugin& plugin, const Subject& subject);
void older_host(const Request& request, const syx_plugin&, const Subject& subject);
void newer_host(const Request& request, const syx_plugin&, const Subject& subject);

// contract_rules.cc: of each component by itself.
void schema_is_json_schema(const Request&, const syx_plugin&, const Subject& subject);
void describe_is_pure(const Request&, const syx_plugin&, const Subject& subject);
void has_its_table(const Request&, const syx_plugin&, const Subject& subject);
void last_once(const Request& request, const syx_plugin&, const Subject& subject);
void offsets_continue(const Request& request, const syx_plugin&, const Subject& subject);
void finite_and_fitting(const Request& request, const syx_plugin&, const Subject& subject);
void errors_carry_text(const Request& request, const syx_plugin&, const Subject& subject);
void end_without_finish(const Request& request, const syx_plugin&, const Subject& subject);
void cancel_returns(const Request& request, const syx_plugin&, const Subject& subject);
void same_key_same_output(const Request& request, const syx_plugin&, const Subject& subject);
void tensors_are_given_up(const Request& request, const syx_plugin&, const Subject& subject);
void sampler_draws(const Request& request, const syx_plugin&, const Subject& subject);

// meaning_rules.cc: what the contract is for.
void cuts_are_not_heard(const Request& request, const syx_plugin&, const Subject& subject);

// What several rules look at.

// One utterance with the request's seed; Broken if it fails.
Run good_run(const Request& request, const Subject& subject);
// The items of an output, in order.
std::vector<RecordedItem> of_port(const Run& run, uint32_t port);
// Broken if they differ; `when` ends the sentence.
void same_output(const Run& a, const Run& b, const char* when);

}  // namespace syrinx::conform
