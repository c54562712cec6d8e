#include "cbor.h"

#include <string.h>

enum { TEXT = 3, ARRAY = 4, MAP = 5, TAG = 6, SIMPLE = 7, INDEFINITE = 31, BREAK = 0xFF, DEPTH = 8 };

static void put(cbor_out *out, uint8_t byte) {
  if (out->n < out->size) out->bytes[out->n++] = byte;
  else out->failed = true;
}

void cbor_map(cbor_out *out) { put(out, MAP << 5 | INDEFINITE); }
void cbor_end(cbor_out *out) { put(out, BREAK); }

uint8_t *cbor_space(cbor_out *out, size_t n) {
  if (n < 24) {
    put(out, (uint8_t)(TEXT << 5 | n));
  } else if (n < 256) {
    put(out, TEXT << 5 | 24);
    put(out, (uint8_t)n);
  } else {
    put(out, TEXT << 5 | 25);
    put(out, (uint8_t)(n >> 8));
    put(out, (uint8_t)n);
  }
  if (n > 0xFFFF || out->size - out->n < n) out->failed = true;
  if (out->failed) return NULL;
  uint8_t *place = out->bytes + out->n;
  out->n += n;
  return place;
}

void cbor_text(cbor_out *out, const char *text, size_t n) {
  uint8_t *place = cbor_space(out, n);
  if (place) memcpy(place, text, n);
}

/* What a head says. `count` is its argument. */
typedef struct {
  unsigned kind;
  bool indefinite;
  uint32_t count;
} head;

/* Reads the head at *at and moves behind it. False if it is cut off, or larger than anything that can be here. */
static bool take_head(cbor_value in, size_t *at, head *h) {
  if (*at >= in.n) return false;
  uint8_t first = in.bytes[(*at)++];
  unsigned more = first & 31u;
  *h = (head){.kind = first >> 5, .indefinite = more == INDEFINITE, .count = more};
  if (more < 24 || more == INDEFINITE) return true;
  if (more > 27) return false;
  uint64_t value = 0;
  for (size_t bytes = (size_t)1 << (more - 24); bytes > 0; bytes--) {
    if (*at >= in.n) return false;
    value = value << 8 | in.bytes[(*at)++];
  }
  h->count = (uint32_t)value;
  return value <= UINT32_MAX || h->kind < 2 || h->kind == SIMPLE; /* a number may be large */
}

static bool at_break(cbor_value in, size_t at) { return at < in.n && in.bytes[at] == BREAK; }

/* Moves *at behind one value. `depth` keeps hostile input from using up the stack. */
static bool skip(cbor_value in, size_t *at, unsigned depth) {
  head h;
  if (depth > DEPTH || at_break(in, *at) || !take_head(in, at, &h)) return false;
  bool text = h.kind == 2 || h.kind == TEXT;
  if (h.indefinite) {
    if (h.kind < 2 || h.kind > MAP) return false;
    size_t values = 0;
    for (; !at_break(in, *at); values++)
      if (!skip(in, at, depth + 1)) return false;
    (*at)++;
    return h.kind != MAP || values % 2 == 0;
  }
  if (text) {
    if (in.n - *at < h.count) return false;
    *at += h.count;
    return true;
  }
  uint64_t values = h.kind == ARRAY ? h.count : h.kind == MAP ? (uint64_t)h.count * 2 : h.kind == TAG ? 1 : 0;
  for (; values > 0; values--) /* each takes a byte at least, so that this ends with the input */
    if (!skip(in, at, depth + 1)) return false;
  return true;
}

static bool take(cbor_value in, size_t *at, cbor_value *value) {
  size_t from = *at;
  if (!skip(in, at, 1)) return false;
  *value = (cbor_value){.bytes = in.bytes + from, .n = *at - from};
  return true;
}

bool cbor_next(cbor_value map, size_t *at, cbor_value *name, cbor_value *value) {
  size_t first = 0;
  head h;
  if (!take_head(map, &first, &h) || h.kind != MAP) return false;
  if (*at == 0) *at = first;
  /* A map of known length ends with its bytes: `map` is one whole value, or a message with nothing behind it. */
  return *at < map.n && !at_break(map, *at) && take(map, at, name) && take(map, at, value);
}

bool cbor_read_text(cbor_value value, const char **text, size_t *n) {
  size_t at = 0;
  head h;
  if (!take_head(value, &at, &h) || h.kind != TEXT || h.indefinite || value.n - at < h.count) return false;
  *text = (const char *)value.bytes + at;
  *n = h.count;
  return true;
}

bool cbor_member(cbor_value map, const char *wanted, cbor_value *found) {
  cbor_value name;
  const char *text;
  size_t at = 0, n;
  while (cbor_next(map, &at, &name, found))
    if (cbor_read_text(name, &text, &n) && n == strlen(wanted) && memcmp(text, wanted, n) == 0) return true;
  return false;
}
