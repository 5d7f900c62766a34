/* syrinx/ext/manifest.h: "syrinx.manifest/1", what a plugin's manifest says beyond what its structs carry.
 *
 * query("syrinx.manifest/1") of the plugin returns a terminated JSON text, which the build copies into the manifest:
 *   {"components": {"vocoder": {"summary": "Phase reconstruction.", "devices": ["cpu"], "streaming": "none",
 *                               "in": {"mel": {"scale": "ln"}}, "out": {"audio": {"channels": 1}},
 *                               "slots": {"sampler": {"kind": "sampler"}}}},
 *    "runtime": {"name": "libtorch", "version": "2.11"}}
 * Everything is optional. Ports are taken from `describe` with default options where they are not given here.
 */
#ifndef SYRINX_EXT_MANIFEST_H_
#define SYRINX_EXT_MANIFEST_H_

#define SYX_MANIFEST_V1 "syrinx.manifest/1"

#endif /* SYRINX_EXT_MANIFEST_H_ */
