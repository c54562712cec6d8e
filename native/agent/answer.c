#include "answer.h"

#include <string.h>

#include "text.h"

static const char upper[] = "0123456789ABCDEF";
static const char lower[] = "0123456789abcdef";

static void put(answer *a, char c) {
  if (a->used < sizeof a->line) a->line[a->used++] = c;
  else a->failed = true;
}

static void put_hex(answer *a, uint32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) put(a, upper[(value >> shift) & 15u]);
}

void answer_begin(answer *a, uint32_t seq) {
  a->used = 0;
  a->failed = false;
  put(a, '<');
  put_hex(a, seq, 4);
  put(a, ' ');
}

void answer_text(answer *a, const char *text) {
  while (*text) put(a, *text++);
}

void answer_escaped(answer *a, const char *text) {
  for (; *text; text++) {
    if (*text >= '!' && *text <= '~' && !strchr("%<>*=", *text)) {
      put(a, *text);
    } else {
      put(a, '%');
      put_hex(a, (uint8_t)*text, 2);
    }
  }
}

void answer_number(answer *a, uint32_t value) {
  char digits[10];
  size_t n = 0;
  do {
    digits[n++] = (char)('0' + value % 10u);
    value /= 10u;
  } while (value > 0);
  while (n > 0) put(a, digits[--n]);
}

void answer_digest(answer *a, const uint8_t digest[32]) {
  for (size_t i = 0; i < 32; i++) {
    put(a, lower[digest[i] >> 4]);
    put(a, lower[digest[i] & 15]);
  }
}

void answer_base64(answer *a, const uint8_t *bytes, size_t n) {
  for (size_t i = 0; i < n; i += 3) {
    uint32_t group = (uint32_t)bytes[i] << 16;
    if (i + 1 < n) group |= (uint32_t)bytes[i + 1] << 8;
    if (i + 2 < n) group |= bytes[i + 2];
    put(a, text_base64_digits[group >> 18]);
    put(a, text_base64_digits[(group >> 12) & 63u]);
    put(a, i + 1 < n ? text_base64_digits[(group >> 6) & 63u] : '=');
    put(a, i + 2 < n ? text_base64_digits[group & 63u] : '=');
  }
}

void answer_end(answer *a) {
  if (a->failed || a->used + 10 > sizeof a->line) {
    a->used = 6; /* keeps `<SSSS ` */
    a->failed = false;
    answer_text(a, "err refused answer%20too%20long");
  }
  uint32_t crc = text_crc32(a->line, a->used);
  put(a, '*');
  put_hex(a, crc, 8);
  put(a, '\n');
}
