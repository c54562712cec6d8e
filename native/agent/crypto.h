/* The agent's cryptography. crypto_mbedtls.c does it with Mbed TLS; another file may use a secure element. */
#ifndef CRYPTO_H
#define CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Call this once before anything else. False if there is no entropy. */
bool crypto_begin(void);
void crypto_end(void);

/* Makes a P-256 key pair and stores the private key in SLOT_KEY. */
typedef enum { KEY_MADE, KEY_FAILED, KEY_NOT_STORED } crypto_key_result;
crypto_key_result crypto_make_key(void);

/* Writes a PKCS#10 request with subject CN = name, in DER, into out. False if it fails or does not fit. */
bool crypto_make_csr(const char *name, uint8_t *out, size_t size, size_t *n);

/* Writes the ECDSA-SHA-256 signature over the message, in DER. */
bool crypto_sign(const uint8_t *message, size_t message_n, uint8_t *out, size_t size, size_t *n);

/* True if the DER is a certificate for the stored key. */
bool crypto_certificate_is_mine(const uint8_t *der, size_t n);

void crypto_sha256(const uint8_t *bytes, size_t n, uint8_t digest[32]);

/* SHA-256 of the contents of the slot (a port_slot), read piece by piece. */
bool crypto_sha256_of_slot(int slot, size_t n, uint8_t digest[32]);

#endif
