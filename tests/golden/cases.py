"""Cases that are not just a text: plugins with one thing wrong, and texts too large for the repository.

A case is a function (folder, build, source) that prepares `folder` and returns the arguments of `syrinx check`.
"""
import json
import os
import shutil
import subprocess

PIPELINE = """pipeline: 1
include: [toy.yaml]
stages:
  vocoder: {{ plugin: {plugin}{more} }}
"""
MANIFEST = {"manifest": 1, "id": "org.example.made", "short": "made", "version": "1.0.0", "abi": ">=0.1", "library": "libmade.so",
            "components": [{"name": "vocoder", "kind": "vocoder", "summary": "For checks only.",
                            "in": {"codes": {"type": "codes"}}, "out": {"audio": {"type": "audio"}}, "options": {}}]}


def pipeline(folder, plugin, more=""):
    with open(os.path.join(folder, "pipeline.yaml"), "w", encoding="utf-8") as file:
        file.write(PIPELINE.format(plugin=plugin, more=more))
    return ["pipeline.yaml", "--plugin-dir", os.path.join(folder, "plugins")]


def with_manifest(file, folder, build):
    """A plugin "bad" whose manifest is `file` and whose library is the toy's."""
    place = os.path.join(folder, "plugins", "bad")
    os.makedirs(place)
    shutil.copy(file, os.path.join(place, "bad.yaml"))
    shutil.copy(os.path.join(build, "lib", "syrinx", "plugins", "toy", "libtoy.so"), os.path.join(place, "libbad.so"))
    return pipeline(folder, "bad/beep")


def plugin_folder(folder, changes):
    place = os.path.join(folder, "plugins", "made")
    os.makedirs(place)
    with open(os.path.join(place, "made.yaml"), "w", encoding="utf-8") as file:
        json.dump({**MANIFEST, **changes}, file, indent=1)
    return os.path.join(place, "libmade.so")


def made(*defines, flags=(), options="", **changes):
    """A plugin compiled from library/plugin.c with these definitions and a manifest with these changes."""
    def prepare(folder, build, source):
        library = plugin_folder(folder, changes)
        code = os.path.join(source, "tests", "golden", "library", "plugin.c")
        compiler = os.environ.get("CC") or "cc"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-I", os.path.join(source, "interfaces", "include"),
                        *(f"-D{d}" for d in defines), code, "-o", library, *(f.format(folder=folder) for f in flags)], check=True)
        return pipeline(folder, "made/vocoder", options)
    return prepare


def file_as_library(contents):
    """The library is what `contents(toy's library)` returns, or is not there."""
    def prepare(folder, build, source):
        library = plugin_folder(folder, {})
        with open(os.path.join(build, "lib", "syrinx", "plugins", "toy", "libtoy.so"), "rb") as toy:
            new = contents(toy.read())
        if new is not None:
            with open(library, "wb") as file:
                file.write(new)
        return pipeline(folder, "made/vocoder")
    return prepare


def needs_a_missing_library(folder, build, source):
    part = os.path.join(folder, "libpart.so")
    subprocess.run([os.environ.get("CC") or "cc", "-shared", "-fPIC", "-x", "c", "-", "-o", part], input=b"int part;", check=True)
    arguments = made(flags=["-Wl,--no-as-needed", "{folder}/libpart.so"])(folder, build, source)
    os.remove(part)
    return arguments


def two_runtimes(folder, build, source):
    arguments = made(runtime={"name": "torch", "version": "2.10"})(folder, build, source)
    place = os.path.join(folder, "plugins", "other")
    os.makedirs(place)
    shutil.copy(os.path.join(folder, "plugins", "made", "libmade.so"), os.path.join(place, "libother.so"))
    with open(os.path.join(place, "other.yaml"), "w", encoding="utf-8") as file:
        json.dump({**MANIFEST, "short": "other", "library": "libother.so", "runtime": {"name": "torch", "version": 2.4}}, file)
    with open(os.path.join(folder, "pipeline.yaml"), "a", encoding="utf-8") as file:
        file.write("  second: { plugin: other/vocoder }\nflow: [normalizer, tokenizer, generator, vocoder, second, writer]\n")
    return arguments


def ports(text, options=""):
    return made("PORTS=" + json.dumps(text), options=options)


def with_schema(schema, options):
    text = json.dumps(schema)
    component = {**MANIFEST["components"][0], "options": schema}
    return made("SCHEMA=" + json.dumps(text), options=options, components=[component])


ASSET = {"type": "object", "properties": {"weights": {"type": "string", "format": "asset"}}, "required": ["weights"]}

LIBRARIES = {
    "missing": file_as_library(lambda toy: None),
    "truncated": file_as_library(lambda toy: toy[:len(toy) // 2]),
    "header_only": file_as_library(lambda toy: toy[:64]),
    "empty": file_as_library(lambda toy: b""),
    "a_text": file_as_library(lambda toy: b"#!/bin/sh\necho no library\n"),
    "of_another_machine": file_as_library(lambda toy: toy[:18] + b"\xf3\x00" + toy[20:]),  # RISC-V
    "crashes_at_load": made("CRASH_AT_LOAD"),
    "crashes_at_entry": made("CRASH_AT_ENTRY"),
    "undefined_symbol": made("UNDEFINED_SYMBOL"),
    "needs_a_missing_library": needs_a_missing_library,
    "no_entry": made("ENTRY=another_function"),
    "newer_major": made("ENTRY=syx_plugin_v9"),
    "entry_returns_nothing": made("RETURN=NULL"),
    "too_old": made("MINOR=0", "OLDEST=0"),
    "too_new": made("MINOR=99", "OLDEST=98"),
    "requires_another_abi": made(abi=">=9.0"),
    "too_short": made("SIZE=24"),
    "other_id": made("ID=\"org.example.other\""),
    "other_version": made("VERSION=\"1.1.0\""),
    "other_kind": made("KIND=\"writer\""),
    "other_schema": made("SCHEMA=\"{\\\"type\\\": \\\"object\\\"}\""),
    "component_in_the_manifest_only": made(components=[{**MANIFEST["components"][0], "name": "vocoder"},
                                                       {**MANIFEST["components"][0], "name": "second"}]),
    "no_describe": made("DESCRIBE=NULL"),
    "start_fails": made("START=start_fails"),
    "start_fails_silently": made("START=start_fails_silently"),
    "needs_another_glibc": made(needs={"glibc": "9.40"}),
    "two_runtimes": two_runtimes,
    "describe_fails": made("DESCRIBE=describe_fails"),
    "describe_reads_a_damaged_file": made("DESCRIBE=describe_reads_a_file"),
    "describes_no_json": ports("codes -> audio"),
    "describes_a_list": ports("[1, 2]"),
    "describes_ports_as_a_list": ports("{\"in\": [\"codes\"]}"),
    "describes_a_port_as_a_word": ports("{\"in\": {\"codes\": \"i32\"}}"),
    "describes_a_type_as_a_number": ports("{\"in\": {\"codes\": {\"type\": 7}}}"),
    "describes_an_attribute_as_a_map": ports("{\"in\": {\"codes\": {\"dtype\": {\"is\": \"i32\"}}}}"),
    "describes_an_attribute_without_values": ports("{\"in\": {\"codes\": {\"dtype\": []}}}"),
    "describes_lists_of_lists": ports("{\"in\": {\"codes\": {\"dtype\": [[\"i32\"]]}}}"),
    "describes_optional_as_a_word": ports("{\"in\": {\"codes\": {\"optional\": \"yes\"}}}"),
    "describes_batch_as_a_word": ports("{\"batch\": \"yes\"}"),
    "describes_too_many_ports": ports(json.dumps({"in": {f"p{i}": {} for i in range(65)}})),
    "ports_differ_in_an_attribute": ports("{\"in\": {\"codes\": {\"heads\": [2, 3]}}, \"out\": {\"audio\": {}}}"),
    "ports_differ_in_two_attributes": ports("{\"in\": {\"codes\": {\"heads\": 4, \"rate\": 25.0}}, \"out\": {\"audio\": {}}}"),
    "ports_differ_in_type": ports("{\"in\": {\"mel\": {\"bins\": 80}}, \"out\": {\"audio\": {}}}"),
    "ports_of_the_next_stage": ports("{\"in\": {\"codes\": {}}, \"out\": {\"audio\": {\"channels\": 7, \"dtype\": \"u8\"}}}"),
    "ports_that_nothing_feeds": ports("{\"in\": {\"codes\": {}, \"speaker\": {\"dim\": 256}}, \"out\": {\"audio\": {}}}"),
    "ports_in_more_than_one_way": ports("{\"in\": {\"a\": {\"type\": \"codes\"}, \"b\": {\"type\": \"codes\"}}, \"out\": {\"audio\": {}}}"),
    "ports_none": ports("{}"),
    "slot_not_filled": ports("{\"in\": {\"codes\": {}, \"lm.ids\": {}}, \"out\": {\"audio\": {}}}"),
    "asset_missing": with_schema(ASSET, ", options: { weights: models/nothere.safetensors }"),
    "asset_not_given": with_schema(ASSET, ""),
    "voice_missing": with_schema(ASSET, ", options: { weights: \"voice:hibari/hibari.onnx\" }"),
    "schema_not_understood": with_schema({"type": "object", "properties": {"depth": {"type": 7}}}, ", options: { depth: 3 }"),
}


def text_file(text):
    def prepare(folder, build, source):
        with open(os.path.join(folder, "pipeline.yaml"), "w", encoding="utf-8") as file:
            file.write(text)
        return ["pipeline.yaml"]
    return prepare


def voice_without_the_file(folder, build, source):
    arguments = with_schema(ASSET, ", options: { weights: \"voice:hibari/nothere.onnx\" }")(folder, build, source)
    os.makedirs(os.path.join(os.path.dirname(folder), "home", "data", "syrinx", "voices", "hibari"))
    return arguments


MADE = {
    "too_large": text_file("pipeline: 1\n#" + "x" * (1 << 20) + "\n"),
    "too_many_values": text_file("pipeline: 1\nx-many: [" + "1, " * 10001 + "1]\n"),
    "long_line": text_file("pipeline: 1\nx-long: [" + "word, " * 60 + "]\nstages: { " + "x-a: 1, " .replace("a", "b") * 1 + " ".join(
        f"stage{i}: {{ plugin: toy/lowercase }}," for i in range(8)) + " last: { plugn: toy/lowercase } }\nflow: [last]\n"),
    "no_such_file": lambda folder, build, source: ["nothere.yaml"],
    "no_such_pipeline": lambda folder, build, source: ["hibarii"],
    "a_folder": lambda folder, build, source: ["."],
    "set_not_utf8": lambda folder, build, source: ["toy", "--set", b"run.seed=\xff"],
    "set_two_lines": lambda folder, build, source: ["toy", "--set", "run.seed=1\nrun.batch=2"],
    "voice_without_the_file": voice_without_the_file,
}
