#include "hash.h"

bool hash_bytes(const uint8_t *bytes, size_t n, uint8_t digest[CRYPTO_DIGEST]) {
  return crypto_hash_begin() && crypto_hash_add(bytes, n) && crypto_hash_end(digest);
}

bool hash_slot(port_slot slot, size_t n, uint8_t digest[CRYPTO_DIGEST]) {
  uint8_t piece[64];
  if (!crypto_hash_begin()) return false;
  for (size_t at = 0; at < n; at += sizeof piece) {
    size_t length = n - at < sizeof piece ? n - at : sizeof piece;
    if (!port_read(slot, at, piece, length) || !crypto_hash_add(piece, length)) return false;
  }
  return crypto_hash_end(digest);
}
