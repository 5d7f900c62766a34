// The line of a progress bar, which has tqdm's look.
#include "core/cli/progress.h"

#include <gtest/gtest.h>

namespace syrinx::cli {
namespace {

TEST(ProgressBar, HasTheLookOfTqdm) {
  EXPECT_EQ(ProgressBar::render("lm", 50, 200, 2, "it", "", 8), "lm:  25%|██      | 50/200 [00:02<00:06, 25.00it/s]");
  EXPECT_EQ(ProgressBar::render("lm", 200, 200, 4000, "it", "1 utt/3", 8), "lm: 100%|████████| 200/200 [1:06:40<00:00, 0.05it/s, 1 utt/3]");
  EXPECT_EQ(ProgressBar::render("lm", 3, 16, 1, "it", "", 4), "lm:  19%|▊   | 3/16 [00:01<00:04, 3.00it/s]");
}

TEST(ProgressBar, WithoutARateOrATotal) {
  EXPECT_EQ(ProgressBar::render("lm", 0, 5, 0, "it", "", 4), "lm:   0%|    | 0/5 [00:00<?, ?it/s]");
  EXPECT_EQ(ProgressBar::render("lm", 7, 0, 2, "utt", ""), "lm: 7utt [00:02, 3.50utt/s]");
  EXPECT_EQ(ProgressBar::render("lm", 9, 5, 1, "it", "", 4).substr(0, 18), "lm: 100%|███");  // more than was announced
}

}  // namespace
}  // namespace syrinx::cli
