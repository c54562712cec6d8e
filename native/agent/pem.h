/* PEM (RFC 7468), of which AWS IoT makes the texts of its messages. */
#ifndef PEM_H
#define PEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a PEM of n bytes of DER. */
size_t pem_size(const char *label, size_t n);
/* Writes pem_size bytes, without a NUL. */
void pem_write(const char *label, const uint8_t *der, size_t n, uint8_t *out);

/* Reads the first block of a text, whatever its label. `out` may be the beginning of the text. False if it is none. */
bool pem_read(const char *text, size_t n, uint8_t *out, size_t size, size_t *out_n);

#endif
