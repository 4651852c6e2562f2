// Rows of some tags' weights as groups of eight, each weight beside its tag: what an article adds up is one list
// of groups, whatever the rows are that they belong to. The processor would guess wrongly where rows end.
#pragma once
#include <stdint.h>
#include "lanes.h"
#include "rows.h"

namespace groups {

enum {
    SIDE = 8,           // weights of a group
    BESIDE = 4,         // groups that are multiplied at once
    GROUPS_AHEAD = 48,  // groups that are asked for
    SPARE = BESIDE + GROUPS_AHEAD
};

// A weight's sixteen bits, and above them those of its column. Behind a row's last weight come zeros for columns
// behind the last, a column for each place: what is added there is nobody's.
struct Group {
    uint32_t pairs[SIDE];
};

// A group, and what its weights are multiplied by.
struct Part {
    uint32_t group;
    float value;
};

static inline int32_t groups_for(int64_t n_weights) { return int32_t((n_weights + SIDE - 1) / SIDE); }

// Write the groups of a row; return how many they are.
static int32_t pack_row(const uint16_t *weights, const uint16_t *columns, int64_t n, int32_t n_columns, Group *packed) {
    const int32_t count = groups_for(n);
    for (int64_t each = 0; each < int64_t(count) * SIDE; each++)
        packed[each / SIDE].pairs[each % SIDE] =
            each < n ? uint32_t(columns[each]) << 16 | weights[each] : uint32_t(n_columns + each % SIDE) << 16;
    return count;
}

// List the groups of some rows, one row after the other; return how many they are. Eight are written for each
// row that has as many or fewer, so that the loop has no end to be guessed; there must be room for them.
static int32_t list_parts(int32_t n_rows, const int64_t *__restrict firsts, const int32_t *__restrict counts,
                          const float *__restrict values, Part *__restrict parts) {
    int32_t total = 0;
    for (int32_t row = 0; row < n_rows; row++) {
        const uint32_t first = uint32_t(firsts[row]);
        const float value = values[row];
        int32_t done = 0;
        do {
            for (int32_t each = 0; each < SIDE; each++) {
                parts[total + done + each].group = first + done + each;
                parts[total + done + each].value = value;
            }
            done += SIDE;
        } while (done < counts[row]);
        total += counts[row];
    }
    for (int32_t each = 0; each < SPARE; each++) parts[total + each].group = 0, parts[total + each].value = 0;
    return total;
}

// A number of sixteen bits in the last half of one of thirty-two, as ``widened`` has it.
static inline float weight_in(uint32_t pair) {
    const uint32_t bits = (pair & 0x7fff) << 13 | (pair & 0x8000) << 16;
    float number;
    memcpy(&number, &bits, sizeof number);
    return number * 0x1p112f;
}

// Add the groups up, one after the other: a sum that began with zero stays the same bit by bit if zero is added.
// The products of some are computed before they are added, several at once, from where the groups lie: where copies
// of them were read from the stack, one process of twenty took twice the time.
TAGONOMY_WIDE static void add_parts(int32_t n, const Part *__restrict parts, const Group *__restrict packed, double *__restrict margins) {
    double products[BESIDE * SIDE];
    for (int32_t at = 0; at < n; at += BESIDE) {
        for (int32_t part = 0; part < BESIDE; part++) {
            TAGONOMY_FETCH(packed + parts[at + part + GROUPS_AHEAD].group);
            const Group &group = packed[parts[at + part].group];
            const float value = parts[at + part].value;
            for (int each = 0; each < SIDE; each++) products[part * SIDE + each] = weight_in(group.pairs[each]) * value;
        }
        for (int32_t part = 0; part < BESIDE; part++) {
            const Group &group = packed[parts[at + part].group];
            for (int each = 0; each < SIDE; each++) margins[group.pairs[each] >> 16] += products[part * SIDE + each];
        }
    }
}

// Finish the margins and write the columns whose log-odds reach a bound; return how many they are.
TAGONOMY_WIDE static int32_t find_loud(int32_t n, const float *__restrict intercepts, const float *__restrict slopes,
                                       const float *__restrict offsets, double bound, double *__restrict margins,
                                       int32_t *__restrict found) {
    int32_t count = 0, at = 0;
    for (; at + SIDE <= n; at += SIDE) {
        int loud = 0;
        for (int each = 0; each < SIDE; each++) {
            const double margin = margins[at + each] + double(intercepts[at + each]);
            margins[at + each] = margin;
            loud |= margin * double(slopes[at + each]) + double(offsets[at + each]) >= bound;
        }
        if (!loud) continue;
        for (int each = 0; each < SIDE; each++)
            if (margins[at + each] * double(slopes[at + each]) + double(offsets[at + each]) >= bound) found[count++] = at + each;
    }
    for (; at < n; at++) {
        margins[at] += double(intercepts[at]);
        if (margins[at] * double(slopes[at]) + double(offsets[at]) >= bound) found[count++] = at;
    }
    return count;
}

}  // namespace groups
