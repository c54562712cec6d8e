#include "text.h"

#include <string.h>

#include "mbedtls/base64.h"

uint32_t text_crc32(const char *bytes, size_t n) {
  uint32_t crc = 0xFFFFFFFFu;
  for (size_t i = 0; i < n; i++) {
    crc ^= (uint8_t)bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1u) ? 0xEDB88320u : 0u);
  }
  return ~crc;
}

bool text_number(const char *text, uint32_t most, uint32_t *value) {
  uint32_t sum = 0;
  size_t n = strlen(text);
  if (n == 0 || n > 5 || (n > 1 && text[0] == '0')) return false;
  for (size_t i = 0; i < n; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    sum = sum * 10u + (uint32_t)(text[i] - '0');
  }
  *value = sum;
  return sum <= most;
}

static int digit_of(char c, bool upper) {
  if (c >= '0' && c <= '9') return c - '0';
  if (upper && c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (!upper && c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool text_hex(const char *text, size_t digits, uint32_t *value) {
  uint32_t sum = 0;
  for (size_t i = 0; i < digits; i++) {
    int digit = digit_of(text[i], true);
    if (digit < 0) return false;
    sum = (sum << 4) | (uint32_t)digit;
  }
  *value = sum;
  return true;
}

bool text_sha256(const char *text, uint8_t digest[32]) {
  if (strlen(text) != 64) return false;
  for (size_t i = 0; i < 32; i++) {
    int high = digit_of(text[2 * i], false), low = digit_of(text[2 * i + 1], false);
    if (high < 0 || low < 0) return false;
    digest[i] = (uint8_t)(high << 4 | low);
  }
  return true;
}

bool text_unescape(const char *text, char *out, size_t size, size_t *n) {
  size_t used = 0;
  for (const char *c = text; *c; c++) {
    char byte = *c;
    if (byte == '%') {
      uint32_t code;
      if (!text_hex(c + 1, 2, &code) || code == 0) return false;
      byte = (char)code;
      c += 2;
    } else if (byte < '!' || byte > '~' || strchr("<>*=", byte)) {
      return false;
    }
    if (used + 1 >= size) return false;
    out[used++] = byte;
  }
  if (size == 0) return false;
  out[used] = '\0';
  *n = used;
  return true;
}

bool text_base64(const char *text, uint8_t *out, size_t size, size_t *n) {
  size_t length = strlen(text);
  if (length == 0 || length % 4 != 0) return false;
  if (mbedtls_base64_decode(out, size, n, (const unsigned char *)text, length) != 0) return false;
  return *n > 0 && (*n + 2) / 3 * 4 == length;
}
