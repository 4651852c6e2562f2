// The words of an article told apart among themselves: the loop that every word goes through, so that it
// has no branch that the processor could guess wrongly but one where two words collide.
#pragma once
#include <stdint.h>
#include <string.h>
#include "letters.h"

namespace tokens {

enum { HEAD = 8, BOTH = 16 };

// What is known of a token beside its word.
enum { CAPITAL_FIRST = 1, SHOUTED = 2, DIGITS = 4, ONE_LETTER = 8, FOUR_DIGITS = 16 };

// A distinct word of the article.
struct Found {
    uint64_t head, more;  // its first sixteen bytes, zeros behind a shorter one
    uint32_t tag;         // its hash
    int32_t folded, length, count;  // where its UTF-8 lies; how often it stands
};

static const uint64_t MIX = 0x9E3779B97F4A7C15u, MIX_MORE = 0xC2B2AE3D27D4EB4Fu;

// Up to eight bytes as a number, reading no more than there are.
static inline uint64_t head_of(const uint8_t *word, int32_t length) {
    uint64_t head = 0;
    if (length > 0) memcpy(&head, word, length < HEAD ? length : HEAD);
    return head;
}

static inline uint32_t short_tag(uint64_t head, uint64_t more) {
    return uint32_t((head * MIX ^ more * MIX_MORE) >> 32);
}

// Hash a word; nearly all fit into sixteen bytes.
static inline uint32_t tag_of(uint64_t head, uint64_t more, const uint8_t *word, int32_t length) {
    if (length <= BOTH) return short_tag(head, more);
    uint64_t hashed = head * MIX ^ more * MIX_MORE;
    for (int32_t at = BOTH; at < length; at += HEAD)
        hashed = (hashed ^ hashed >> 29 ^ head_of(word + at, length - at)) * MIX;
    return uint32_t(hashed >> 32);
}

static inline Found found_of(const uint8_t *word, int32_t length) {
    const uint64_t head = head_of(word, length), more = head_of(word + HEAD, length - HEAD);
    const Found one = {head, more, tag_of(head, more, word, length), 0, length, 0};
    return one;
}

#ifdef TAGONOMY_SSE2

// The first sixteen bytes of a word, zeros behind a shorter one.
typedef __m128i Bytes;

// As many ones as a word of up to sixteen bytes has bytes, read from a place before the zeros.
static const uint8_t ONES_AND_ZEROS[32] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
};

// Read a word that has no more than these; sixteen may be read.
static inline Bytes read_short(const uint8_t *word, int32_t size) {
    const __m128i ones = _mm_loadu_si128((const __m128i *)(ONES_AND_ZEROS + BOTH - size));
    return _mm_and_si128(_mm_loadu_si128((const __m128i *)word), ones);
}
static inline uint64_t head_in(Bytes bytes) { return uint64_t(_mm_cvtsi128_si64(bytes)); }
static inline uint64_t more_in(Bytes bytes) { return uint64_t(_mm_cvtsi128_si64(_mm_unpackhi_epi64(bytes, bytes))); }
template <typename Word>
static inline int32_t difference(const Word &one, Bytes bytes, int32_t size) {
    const __m128i other = _mm_loadu_si128((const __m128i *)&one.head);
    return (_mm_movemask_epi8(_mm_cmpeq_epi8(other, bytes)) ^ 0xFFFF) | (one.length ^ size);
}
static inline void put(Found *one, Bytes bytes) { _mm_storeu_si128((__m128i *)&one->head, bytes); }

#else

struct Bytes {
    uint64_t head, more;
};

static inline Bytes read_short(const uint8_t *word, int32_t size) {
    Bytes bytes;
    memcpy(&bytes, word, BOTH);
    bytes.head &= ~uint64_t(0) >> (size < HEAD ? 64 - 8 * size : 0);
    bytes.more = size <= HEAD ? 0 : bytes.more & ~uint64_t(0) >> (128 - 8 * size);
    return bytes;
}
static inline uint64_t head_in(Bytes bytes) { return bytes.head; }
static inline uint64_t more_in(Bytes bytes) { return bytes.more; }
template <typename Word>
static inline int32_t difference(const Word &one, Bytes bytes, int32_t size) {
    return ((one.head ^ bytes.head) | (one.more ^ bytes.more)) != 0 | (one.length ^ size);
}
static inline void put(Found *one, Bytes bytes) { one->head = bytes.head, one->more = bytes.more; }

#endif

// Tell in what a word differs from a distinct one, behind the sixteenth byte aside.
template <typename Word>
static inline int32_t differs(const Word &one, const Found &word) {
    Bytes bytes;
    memcpy(&bytes, &word.head, BOTH);
    return difference(one, bytes, word.length);
}

// Thirty-two bits from a place on, of which the first twenty-five are right.
static inline uint32_t window(const uint64_t *bits, int32_t place) {
    uint32_t found;
    memcpy(&found, (const uint8_t *)bits + (place >> 3), sizeof found);
    return found >> (place & 7);
}

// What the loop reads and writes; ``wides`` has a bit for each character, of what is not ASCII.
struct Page {
    const int32_t *starts, *stops;
    const uint64_t *wides;
    const uint8_t *folded;
    uint8_t *marks, *traits;
    int32_t *local, *table;
    Found *found;
    uint32_t mask;
    int32_t n_found, latest_year;
};

static inline void note_year(Page &page, const uint8_t *digits) {
    const int32_t year = 1000 * digits[0] + 100 * digits[1] + 10 * digits[2] + digits[3] - 1111 * '0';
    if (year >= 1900 && year <= 2100 && year > page.latest_year) page.latest_year = year;
}

// Write what is known of the runs that stop in a block.
static inline void put_marks(const letters::Runs &runs, uint8_t *marks) {
    const uint64_t capitals = ~runs.small, shouted = runs.shouted, digits = runs.digits, single = runs.single;
    for (uint64_t left = runs.stops; left; left &= left - 1) {
        const int at = letters::trailing_zeros(left);
        *marks++ = uint8_t(
            (capitals >> at & 1) * CAPITAL_FIRST | (shouted >> at & 1) * SHOUTED | (digits >> at & 1) * DIGITS
            | (single >> at & 1) * ONE_LETTER);
    }
}

// Find a word from a place of the table on; return where it is or would be.
static uint32_t find(const Page &page, uint32_t place, const Found &word) {
    for (int32_t each = page.table[place]; each >= 0; each = page.table[place]) {
        const Found &one = page.found[each];
        if (one.head == word.head && one.more == word.more && one.length == word.length
            && (one.length <= BOTH || memcmp(page.folded + one.folded, page.folded + word.folded, one.length) == 0))
            break;
        place = (place + 1) & page.mask;
    }
    return place;
}

// What folds a word that is long or wide: gives its marks but the first, where it lies, how long it is, and
// where all that is folded lies now.
typedef uint8_t (*Fold)(void *workspace, int32_t start, int32_t stop, int32_t *first, int32_t *size, const uint8_t **folded);

static Found fold_long(Page &page, int32_t token, Fold fold, void *workspace) {
    int32_t first, size;
    const uint8_t mark = fold(workspace, page.starts[token], page.stops[token], &first, &size, &page.folded);
    page.marks[token] = uint8_t(mark | (page.marks[token] & CAPITAL_FIRST));
    if (mark & FOUR_DIGITS) note_year(page, page.folded + first);
    Found word = found_of(page.folded + first, size);
    word.folded = first;
    return word;
}

// Tell all tokens apart. The slots of the vocabulary are asked for, so that they are at hand when the words
// are looked up.
template <bool any_wide, bool marked, typename Slot>
static void note_all(Page &given, int32_t n, const Slot *slots, uint32_t slot_mask, Fold fold, void *workspace) {
    Page page = given;  // a local of its own: what is written elsewhere can't change it
    for (int32_t token = 0; token < n; token++) {
        int32_t start = page.starts[token], size = page.stops[token] - start, each;
        uint32_t tag, place;
        Bytes bytes;
        if (size > BOTH || (any_wide && window(page.wides, start) & ((1u << size) - 1))) {
            const Found word = fold_long(given, token, fold, workspace);
            page.folded = given.folded;
            if (given.latest_year > page.latest_year) page.latest_year = given.latest_year;
            memcpy(&bytes, &word.head, BOTH);
            start = word.folded, size = word.length, tag = word.tag;
            place = find(page, tag & page.mask, word);
            each = page.table[place];
        } else {
            bytes = read_short(page.folded + start, size);
            tag = short_tag(head_in(bytes), more_in(bytes));
            place = tag & page.mask;
            each = page.table[place];
            // All bits where the place is empty, else none: what is computed with it is no branch.
            const int32_t empty = each >> 31;
            if (difference(page.found[each & ~empty], bytes, size) & ~empty) {
                const Found word = {head_in(bytes), more_in(bytes), tag, start, size, 0};
                place = find(page, place, word);
                each = page.table[place];
            }
            if (marked && size == 4 && page.marks[token] & DIGITS) {
                page.marks[token] |= FOUR_DIGITS;
                note_year(page, page.folded + start);
            }
        }
#ifdef __GNUC__
        __builtin_prefetch(slots + (tag & slot_mask));
#endif
        const int32_t fresh = each >> 31;
        each = (each & ~fresh) | (page.n_found & fresh);
        page.n_found -= fresh;
        page.table[place] = each;
        page.local[token] = each;
        Found *one = page.found + each;
        put(one, bytes);
        one->tag = tag, one->folded = start, one->length = size;
        one->count = (one->count & ~fresh) + 1;
        if (marked) page.traits[each] = uint8_t((page.traits[each] & ~fresh) | (~page.marks[token] & CAPITAL_FIRST));
    }
    given.n_found = page.n_found, given.latest_year = page.latest_year;
}

}  // namespace tokens
