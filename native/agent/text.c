#include "text.h"

#include <string.h>

const char text_base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

uint32_t text_crc32_add(uint32_t crc, const void *bytes, size_t n) {
  const uint8_t *byte = bytes;
  crc = ~crc;
  for (size_t i = 0; i < n; i++) {
    crc ^= byte[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1u) ? 0xEDB88320u : 0u);
  }
  return ~crc;
}

uint32_t text_crc32(const char *bytes, size_t n) { return text_crc32_add(0, bytes, n); }

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

/* The six bits that a character of base64 stands for, or -1. */
static int sextet_of(char c) {
  const char *at = c ? strchr(text_base64_digits, c) : NULL;
  return at ? (int)(at - text_base64_digits) : -1;
}

bool text_base64(const char *text, uint8_t *out, size_t size, size_t *n) {
  size_t length = strlen(text), used = 0;
  if (length == 0 || length % 4 != 0) return false;
  size_t padding = text[length - 1] != '=' ? 0u : text[length - 2] != '=' ? 1u : 2u;
  uint32_t bits = 0, held = 0; /* what is read and not written yet, and how many bits of it */
  for (size_t i = 0; i < length - padding; i++) {
    int sextet = sextet_of(text[i]);
    if (sextet < 0) return false;
    bits = (bits << 6 | (uint32_t)sextet) & 0xFFFFu;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    if (used == size) return false;
    out[used++] = (uint8_t)(bits >> held);
  }
  *n = used;
  return (bits & ((1u << held) - 1u)) == 0; /* unused bits must be 0: one text for each content */
}
