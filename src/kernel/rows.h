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

enum { TOGETHER = 64, ROWS_AHEAD = 3 };

template <typename Number>
TAGONOMY_WIDE static void scale(const Number *__restrict weights, int32_t n, float value, double *__restrict products) {
    for (int32_t each = 0; each < n; each++) products[each] = widened(weights[each]) * value;
}

// Add a row that has a weight for every column, in their order.
template <typename Number>
TAGONOMY_WIDE static void add_whole(const Number *__restrict weights, int32_t n, float value, double *__restrict margins) {
    for (int32_t each = 0; each < n; each++) margins[each] += widened(weights[each]) * value;
}

// Add four such rows one after the other: what is added up is read and written once.
template <typename Number>
TAGONOMY_WIDE static void add_four(const Number *__restrict weights, const int64_t *__restrict starts, int32_t n,
                                   const float *__restrict values, double *__restrict margins) {
    const Number *one = weights + starts[0], *two = weights + starts[1];
    const Number *three = weights + starts[2], *four = weights + starts[3];
    const float a = values[0], b = values[1], c = values[2], d = values[3];
    for (int32_t each = 0; each < n; each++) {
        double sum = margins[each];
        sum += widened(one[each]) * a;
        sum += widened(two[each]) * b;
        sum += widened(three[each]) * c;
        sum += widened(four[each]) * d;
        margins[each] = sum;
    }
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

// ``whole`` is the length of a row that has all columns in their order, or -1.
template <typename Number, typename Column>
static void add_rows(int32_t n_rows, const int64_t *starts, const int32_t *lengths, const float *values,
                     const Number *weights, const Column *columns, double *margins, int32_t whole) {
    double products[TOGETHER];
    for (int32_t row = 0, asked = 0; row < n_rows; row++) {
        const bool four = row + 4 <= n_rows && lengths[row] == whole && lengths[row + 1] == whole
            && lengths[row + 2] == whole && lengths[row + 3] == whole;
#ifdef __GNUC__
        for (; asked < n_rows && asked <= row + ROWS_AHEAD + 3 * four; asked++) {
            const int64_t stop = starts[asked] + lengths[asked];
            for (int64_t at = starts[asked]; at < stop; at += 64 / int(sizeof(Number))) __builtin_prefetch(weights + at);
            if (lengths[asked] == whole) continue;  // its columns are known
            for (int64_t at = starts[asked]; at < stop; at += 64 / int(sizeof(Column))) __builtin_prefetch(columns + at);
        }
#endif
        if (four) {
            add_four(weights, starts + row, whole, values + row, margins);
            row += 3;
            continue;
        }
        if (lengths[row] == whole) {
            add_whole(weights + starts[row], whole, values[row], margins);
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
    }
}
