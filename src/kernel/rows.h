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
    TOGETHER = 128,  // weights that are multiplied before they are added
    ROWS_AHEAD = 8,  // at most so many whole ones are added at once
    ASKED_AHEAD = 6, // others that are asked for
    PADDING = 8      // what is added up has room for a multiple of so many columns
};

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
static bool are_whole(int64_t n_rows, const int32_t *stops, const Column *columns, int32_t n_columns) {
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

// Add rows of some columns, one after the other. Eight weights are taken at once; those behind a row's last
// belong to another row, so that nothing of them is added: a sum that began with zero stays the same bit by bit
// if zero is added.
template <typename Number, typename Column>
TAGONOMY_WIDE static void add_sparse(int32_t n_rows, const int64_t *__restrict starts, const int32_t *__restrict lengths,
                                     const float *__restrict values, const Number *__restrict weights,
                                     const Column *__restrict columns, double *__restrict margins) {
    const int step = 64 / int(sizeof(Number) > sizeof(Column) ? sizeof(Number) : sizeof(Column));
    double products[TOGETHER + PADDING];
    for (int32_t row = 0; row < n_rows; row++) {
        const int32_t later = row + ASKED_AHEAD < n_rows ? row + ASKED_AHEAD : row;
        for (int32_t at = 0; at < lengths[later]; at += step) {
            TAGONOMY_FETCH(weights + starts[later] + at);
            TAGONOMY_FETCH(columns + starts[later] + at);
        }
        const float value = values[row];
        int64_t first = starts[row];
        for (int32_t left = lengths[row]; left > 0; left -= TOGETHER, first += TOGETHER) {
            const int32_t n = left < TOGETHER ? left : TOGETHER;
            for (int32_t at = 0; at < n; at += PADDING)
                for (int each = 0; each < PADDING; each++)
                    products[at + each] = widened(weights[first + at + each]) * value;
            for (int each = 0; each < PADDING; each++) products[n + each] = 0;
            const Column *column = columns + first;
            for (int32_t at = 0; at < n; at += PADDING)
                for (int each = 0; each < PADDING; each++) margins[column[at + each]] += products[at + each];
        }
    }
}

// ``whole`` is the length of a row that has all columns in their order, or -1; ``n_weights`` is how many
// there are in all, and ``margins`` has room for ``padded`` columns.
template <typename Number, typename Column>
static void add_rows(int32_t n_rows, const int64_t *starts, const int32_t *lengths, const float *values, const Number *weights,
                     const Column *columns, double *margins, int32_t whole, int64_t n_weights) {
    const int32_t wide = whole > 0 ? padded(whole) : 0;
    int32_t asked = 0;
    for (int32_t row = 0; row < n_rows;) {
        int32_t run = 0;
        if (lengths[row] != whole) {
            while (row + run < n_rows && lengths[row + run] != whole && starts[row + run] + lengths[row + run] + PADDING <= n_weights)
                run++;
            add_sparse(run, starts + row, lengths + row, values + row, weights, columns, margins);
            row += run;
            if (!run) {  // behind the last row of all there is nothing to be read
                for (int64_t at = starts[row]; at < starts[row] + lengths[row]; at++)
                    margins[columns[at]] += widened(weights[at]) * values[row];
                row++;
            }
            continue;
        }
        for (; asked < n_rows && asked < row + 2 * ROWS_AHEAD; asked++)
            for (int32_t at = 0; at < lengths[asked]; at += 64 / int(sizeof(Number))) TAGONOMY_FETCH(weights + starts[asked] + at);
        // The last row of all, which may stand anywhere in the run, has nothing behind it to be read.
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
    }
}
