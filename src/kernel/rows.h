// The rows of the linear model that an article adds up: the loop that reads the most memory.
#pragma once
#include <stdint.h>
#include <string.h>
#include "lanes.h"

// A number of sixteen bits as one of thirty-two; every one of them has its exact like.
static inline float widened(uint16_t half) {
    const uint32_t bits = uint32_t(half & 0x7fff) << 13 | uint32_t(half & 0x8000) << 16;
    float number;
    memcpy(&number, &bits, sizeof number);
    return number * 0x1p112f;
}

static inline float widened(float number) { return number; }

enum {
    TOGETHER = 64,
    ROWS_AHEAD = 8,  // at most so many whole ones are added at once
    PADDING = 8      // what is added up has room for a multiple of so many columns
};

template <typename Number>
TAGONOMY_WIDE static void scale(const Number *__restrict weights, int32_t n, float value, double *__restrict products) {
    for (int32_t each = 0; each < n; each++) products[each] = widened(weights[each]) * value;
}

// Add rows that have a weight for every column, in their order, one after the other: what is added up is
// read and written once. Where the columns are no multiple of eight, those added behind the last belong to
// the next row and to no column.
template <typename Number, int n_rows>
static inline void add_some(const Number *__restrict weights, const int64_t *__restrict starts, int32_t n,
                            const float *__restrict values, double *__restrict margins) {
    const Number *rows[n_rows];
    float scales[n_rows];
    for (int row = 0; row < n_rows; row++) rows[row] = weights + starts[row], scales[row] = values[row];
    for (int32_t each = 0; each < n; each++) {
        double sum = margins[each];
        for (int row = 0; row < n_rows; row++) sum += widened(rows[row][each]) * scales[row];
        margins[each] = sum;
    }
}

template <typename Number>
TAGONOMY_WIDE static void add_eight(const Number *weights, const int64_t *starts, int32_t n, const float *values, double *margins) {
    add_some<Number, 8>(weights, starts, n, values, margins);
}

template <typename Number>
TAGONOMY_WIDE static void add_two(const Number *weights, const int64_t *starts, int32_t n, const float *values, double *margins) {
    add_some<Number, 2>(weights, starts, n, values, margins);
}

template <typename Number>
TAGONOMY_WIDE static void add_one(const Number *weights, const int64_t *starts, int32_t n, const float *values, double *margins) {
    add_some<Number, 1>(weights, starts, n, values, margins);
}

// Tell whether every row that has as many weights as there are columns has them in their order.
template <typename Column>
static bool are_whole(int64_t n_rows, const int64_t *stops, const Column *columns, int32_t n_columns) {
    for (int64_t row = 0; row < n_rows; row++) {
        const int64_t start = row ? stops[row - 1] : 0;
        if (stops[row] - start != n_columns) continue;
        for (int32_t each = 0; each < n_columns; each++)
            if (columns[start + each] != Column(each)) return false;
    }
    return true;
}

static inline int32_t padded(int32_t n) { return (n + PADDING - 1) / PADDING * PADDING; }

#ifdef __GNUC__
#define TAGONOMY_FETCH(address) __builtin_prefetch(address)
#else
#define TAGONOMY_FETCH(address)
#endif

template <typename Number, typename Column>
static inline void fetch_row(const Number *weights, const Column *columns, int32_t length, bool is_whole) {
    for (int32_t at = 0; at < length; at += 64 / int(sizeof(Number))) TAGONOMY_FETCH(weights + at);
    if (is_whole) return;  // its columns are known
    for (int32_t at = 0; at < length; at += 64 / int(sizeof(Column))) TAGONOMY_FETCH(columns + at);
}

// ``whole`` is the length of a row that has all columns in their order, or -1; ``n_weights`` is how many
// there are in all, and ``margins`` has room for ``padded`` columns.
template <typename Number, typename Column>
static void add_rows(int32_t n_rows, const int64_t *starts, const int32_t *lengths, const float *values, const Number *weights,
                     const Column *columns, double *margins, int32_t whole, int64_t n_weights) {
    double products[TOGETHER];
    const int32_t wide = whole > 0 ? padded(whole) : 0;
    int32_t asked = 0;
    for (int32_t row = 0; row < n_rows;) {
        for (; asked < n_rows && asked < row + (lengths[row] == whole ? 2 * ROWS_AHEAD : 4); asked++)
            fetch_row(weights + starts[asked], columns + starts[asked], lengths[asked], lengths[asked] == whole);
        if (lengths[row] == whole) {
            // The last row of all, which may stand anywhere in the run, has nothing behind it to be read.
            int32_t run = 0;
            bool inside = true;
            for (; run < ROWS_AHEAD && row + run < n_rows && lengths[row + run] == whole; run++)
                inside &= starts[row + run] + wide <= n_weights;
            const int32_t n = inside ? wide : whole;
            if (inside && run == ROWS_AHEAD) {
                add_eight(weights, starts + row, n, values + row, margins);
                row += run;
                continue;
            }
            for (; run >= 2; run -= 2, row += 2) add_two(weights, starts + row, n, values + row, margins);
            if (run) add_one(weights, starts + row, n, values + row, margins), row++;
            continue;
        }
        for (int64_t at = starts[row], left = lengths[row]; left > 0; at += TOGETHER, left -= TOGETHER) {
            const int32_t n = int32_t(left < TOGETHER ? left : TOGETHER);
            scale(weights + at, n, values[row], products);
            const Column *column = columns + at;
            int32_t each = 0;
            for (; each + 4 <= n; each += 4) {  // a row has a column only once
                double *one = margins + column[each], *two = margins + column[each + 1];
                double *three = margins + column[each + 2], *four = margins + column[each + 3];
                const double a = *one + products[each], b = *two + products[each + 1];
                const double c = *three + products[each + 2], d = *four + products[each + 3];
                *one = a, *two = b, *three = c, *four = d;
            }
            for (; each < n; each++) margins[column[each]] += products[each];
        }
        row++;
    }
}
