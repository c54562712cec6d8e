/*
 * The agent's cryptography: one P-256 key that never leaves this interface, and SHA-256. A backend implements these
 * functions and nothing else of the agent knows which one it is: crypto_psa.c for a PSA Crypto API (Mbed TLS 3.6 and
 * 4, TF-M, a driver of a secure element), crypto_mbedtls.c for the older functions of Mbed TLS 2.28 and 3.6. Keys, digests and signatures cross it as
 * the bare bytes that secure elements use; x509.c makes DER of them.
 */
#ifndef CRYPTO_H
#define CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CRYPTO_DIGEST = 32, CRYPTO_POINT = 65, CRYPTO_SIGNATURE = 64 }; /* bytes */

/* Call this once before anything else. False if there is no entropy. */
bool crypto_begin(void);
void crypto_end(void);

bool crypto_has_key(void);

/* Makes a key pair, where there is none, and stores the private key durably. */
typedef enum { KEY_MADE, KEY_FAILED, KEY_NOT_STORED } crypto_key_result;
crypto_key_result crypto_make_key(void);

/* Destroys the stored key, durably. True also if there is none. */
bool crypto_forget_key(void);

/* Writes the public key as an uncompressed point: 04, x, y (SEC 1, 2.3.3). */
bool crypto_public_key(uint8_t point[CRYPTO_POINT]);

/* Signs a SHA-256 digest with ECDSA. The signature is r, then s, 32 bytes each, the most significant first. */
bool crypto_sign(const uint8_t digest[CRYPTO_DIGEST], uint8_t signature[CRYPTO_SIGNATURE]);

/* SHA-256, piece by piece. There is one hash at a time, and a begin drops the one before. */
bool crypto_hash_begin(void);
bool crypto_hash_add(const uint8_t *bytes, size_t n);
bool crypto_hash_end(uint8_t digest[CRYPTO_DIGEST]);

#endif
