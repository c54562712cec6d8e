#include "pem.h"

#include <string.h>

#include "text.h"

enum { LINE = 64 };

static size_t base64_size(size_t n) { return (n + 2) / 3 * 4; }

size_t pem_size(const char *label, size_t n) {
  size_t body = base64_size(n);
  return 2 * (strlen(label) + 5) + sizeof "-----BEGIN\n-----END\n" - 1 + body + (body + LINE - 1) / LINE + 2;
}

static uint8_t *put(uint8_t *out, const char *text) {
  size_t n = strlen(text);
  memcpy(out, text, n);
  return out + n;
}

void pem_write(const char *label, const uint8_t *der, size_t n, uint8_t *out) {
  out = put(put(put(out, "-----BEGIN "), label), "-----\n");
  for (size_t i = 0, column = 0; i < n; i += 3) {
    uint32_t group = (uint32_t)der[i] << 16 | (i + 1 < n ? (uint32_t)der[i + 1] << 8 : 0) | (i + 2 < n ? der[i + 2] : 0u);
    *out++ = (uint8_t)text_base64_digits[group >> 18];
    *out++ = (uint8_t)text_base64_digits[(group >> 12) & 63u];
    *out++ = (uint8_t)(i + 1 < n ? text_base64_digits[(group >> 6) & 63u] : '=');
    *out++ = (uint8_t)(i + 2 < n ? text_base64_digits[group & 63u] : '=');
    column += 4;
    if (column == LINE || i + 3 >= n) *out++ = '\n', column = 0;
  }
  put(put(put(out, "-----END "), label), "-----\n");
}

static const char *find(const char *text, size_t n, const char *wanted) {
  size_t wanted_n = strlen(wanted);
  for (; n >= wanted_n; text++, n--)
    if (memcmp(text, wanted, wanted_n) == 0) return text;
  return NULL;
}

bool pem_read(const char *text, size_t n, uint8_t *out, size_t size, size_t *out_n) {
  static const char begin[] = "-----BEGIN ";
  const char *end = text + n, *at = find(text, n, begin);
  if (!at) return false;
  at += sizeof begin - 1;
  at = find(at, (size_t)(end - at), "-----");
  if (!at) return false;
  uint32_t group = 0;
  unsigned bits = 0;
  *out_n = 0;
  for (at += 5; at < end && *at != '-'; at++) {
    if (*at == '\r' || *at == '\n' || *at == '=') continue;
    const char *digit = *at ? strchr(text_base64_digits, *at) : NULL;
    if (!digit) return false;
    group = group << 6 | (uint32_t)(digit - text_base64_digits);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    if (*out_n == size) return false;
    out[(*out_n)++] = (uint8_t)(group >> bits);
  }
  return *out_n > 0 && end - at >= 9 && memcmp(at, "-----END ", 9) == 0;
}
