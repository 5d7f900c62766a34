// What the commands do; each returns the process's exit code. The table that names them is in table.cc.
#pragma once

#include "core/cli/command.h"

namespace syrinx::cli {

int synth(const Arguments&);
int phonemize(const Arguments&);
int replay(const Arguments&);
int verify(const Arguments&);
int normalize(const Arguments&);
int check(const Arguments&);
int plan(const Arguments&);
int config_show(const Arguments&);
int config_diff(const Arguments&);
int config_schema(const Arguments&);
int plugins_list(const Arguments&);
int plugins_info(const Arguments&);
int plugins_new(const Arguments&);
int voices(const Arguments&);
int voices_encode(const Arguments&);
int models(const Arguments&);
int models_verify(const Arguments&);
int models_pull(const Arguments&);
int explain(const Arguments&);
int doctor(const Arguments&);
int bench(const Arguments&);
int ab_run(const Arguments&);
int ab_plan(const Arguments&);
int ab_report(const Arguments&);
int ab_show(const Arguments&);
int ab_page(const Arguments&);
int ab_rate(const Arguments&);
int cache_stats(const Arguments&);
int cache_gc(const Arguments&);
int cache_clear(const Arguments&);
int completion(const Arguments&);

}  // namespace syrinx::cli
