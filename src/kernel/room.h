// Room for tables that an article reads here and there. Where the system has pages of two megabytes, they lie on
// such ones: with pages of four kilobytes, finding where most of what is read lies would be a wait of its own.
#pragma once
#include <stddef.h>
#include <mutex>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace room {

enum : size_t {
    PAGE = size_t(2) << 20,
    CHUNK = 16 * PAGE,       // of which only those pages cost memory on which something lies
    HEADER = 64,             // before each table: which chunk it lies in; tables begin with a line of the cache
    LEAST = size_t(1) << 17  // smaller ones lie where everything else does
};

// Some pages, and how many tables lie on them. They are filled from the first on, and given back together.
struct Chunk {
    char *next, *stop, *mapped;
    size_t size, tables;
};

static std::mutex lock;
static Chunk *current = nullptr;

static Chunk *map_chunk(size_t bytes) {
    const size_t needed = (bytes + HEADER + PAGE - 1) / PAGE * PAGE, size = needed < CHUNK ? CHUNK : needed;
    const size_t mapped = size + PAGE;
#if defined(__linux__)
    void *found = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (found == MAP_FAILED) throw std::bad_alloc();
#else
    void *found = ::operator new(mapped);
#endif
    char *first = (char *)((size_t(found) + PAGE - 1) / PAGE * PAGE);
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    madvise(first, size, MADV_HUGEPAGE);  // if it is refused, the tables only lie on smaller pages
#endif
    Chunk *chunk = (Chunk *)first;
    chunk->next = first + HEADER, chunk->stop = first + size, chunk->mapped = (char *)found;
    chunk->size = mapped, chunk->tables = 0;
    return chunk;
}

static void unmap(Chunk *chunk) {
#if defined(__linux__)
    munmap(chunk->mapped, chunk->size);
#else
    ::operator delete(chunk->mapped);
#endif
}

static void *take(size_t bytes) {
    const size_t needed = HEADER + (bytes + HEADER - 1) / HEADER * HEADER;
    std::lock_guard<std::mutex> guard(lock);
    if (!current || needed > size_t(current->stop - current->next)) {
        if (current && !current->tables) unmap(current);
        current = nullptr;
        current = map_chunk(needed);
    }
    char *place = current->next;
    *(Chunk **)place = current;
    current->next += needed, current->tables++;
    return place + HEADER;
}

static void give_back(void *table) {
    std::lock_guard<std::mutex> guard(lock);
    Chunk *chunk = *(Chunk **)((char *)table - HEADER);
    if (--chunk->tables) return;
    if (chunk == current)
        chunk->next = (char *)chunk + HEADER;
    else
        unmap(chunk);
}

// Gives free memory back to the system: what loading needed for a moment is more than classifying ever needs.
static void tidy() {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}

// Of a vector whose elements lie there.
template <typename T>
struct Allocator {
    typedef T value_type;
    Allocator() {}
    template <typename Other>
    Allocator(const Allocator<Other> &) {}
    T *allocate(size_t n) {
        const size_t bytes = n * sizeof(T);
        return (T *)(bytes < LEAST ? ::operator new(bytes) : take(bytes));
    }
    void deallocate(T *all, size_t n) {
        if (n * sizeof(T) < LEAST)
            ::operator delete(all);
        else
            give_back(all);
    }
};

template <typename T, typename Other>
bool operator==(const Allocator<T> &, const Allocator<Other> &) { return true; }
template <typename T, typename Other>
bool operator!=(const Allocator<T> &, const Allocator<Other> &) { return false; }

}  // namespace room
