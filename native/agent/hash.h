/* SHA-256 of what the agent holds, by the crypto backend. */
#ifndef HASH_H
#define HASH_H

#include "crypto.h"
#include "port.h"

/* False if the backend fails. */
bool hash_bytes(const uint8_t *bytes, size_t n, uint8_t digest[CRYPTO_DIGEST]);

/* The first n bytes of the slot, read piece by piece. False if the backend or the store fails. */
bool hash_slot(port_slot slot, size_t n, uint8_t digest[CRYPTO_DIGEST]);

#endif
