#include "answer.h"

#include <string.h>

#include "mbedtls/base64.h"
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
  unsigned char text[FRAME_LIMIT];
  size_t length = 0;
  if (mbedtls_base64_encode(text, sizeof text, &length, bytes, n) != 0) {
    a->failed = true;
    return;
  }
  for (size_t i = 0; i < length; i++) put(a, (char)text[i]);
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
