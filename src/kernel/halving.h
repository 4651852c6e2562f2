// Words among the children of nodes, which stand in their order side by side: several are looked up at once. By
// itself, each look-up takes as many steps as nobody can guess, and each step waits for the one before.
#pragma once
#include <stdint.h>

namespace halving {

enum { AT_ONCE = 4 };

struct LookUp {
    int32_t low, count, word;  // where the children begin and how many they are; ``low`` becomes the node, or -1
};

// There must be room behind the last for those that fill up the number that are taken at once.
template <typename Number>
static void look_up_all(const Number *__restrict words, int32_t n, LookUp *__restrict all) {
    for (int32_t at = 0; at < n; at += AT_ONCE) {
        int32_t low[AT_ONCE], count[AT_ONCE], word[AT_ONCE], most = 1;
        for (int32_t each = 0; each < AT_ONCE; each++) {
            const LookUp &one = all[at + each < n ? at + each : at];
            low[each] = one.low, count[each] = one.count, word[each] = one.word;
            most = count[each] > most ? count[each] : most;
        }
        for (; most > 1; most -= most >> 1)
            for (int32_t each = 0; each < AT_ONCE; each++) {
                const int32_t half = count[each] >> 1;  // none is left of one
                low[each] += half & -int32_t(words[low[each] + half - 1] < word[each]);
                count[each] -= half;
            }
        for (int32_t each = 0; each < AT_ONCE; each++) all[at + each].low = low[each] | -int32_t(words[low[each]] != word[each]);
    }
}

}  // namespace halving
