/* Text forms of the protocol: CRC, numbers, hexadecimal, escapes, base64. No allocation, no global state. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* CRC-32/ISO-HDLC of n bytes. */
uint32_t text_crc32(const char *bytes, size_t n);

/* Continues a CRC-32/ISO-HDLC: begin with 0, and pass what the call before returned. */
uint32_t text_crc32_add(uint32_t crc, const void *bytes, size_t n);

/* Reads a decimal number without sign or leading zeros, at most `most`. */
bool text_number(const char *text, uint32_t most, uint32_t *value);

/* Reads exactly `digits` upper-case hexadecimal digits. */
bool text_hex(const char *text, size_t digits, uint32_t *value);

/* Reads exactly 64 lower-case hexadecimal digits, with nothing behind them. */
bool text_sha256(const char *text, uint8_t digest[32]);

/* Undoes %XX. Writes at most size - 1 bytes and a NUL; *n does not count the NUL. An escaped NUL is refused. */
bool text_unescape(const char *text, char *out, size_t size, size_t *n);

/* RFC 4648 section 4: the character of each value from 0 to 63. */
extern const char text_base64_digits[65];

/* Reads base64, which must be canonical and not empty. */
bool text_base64(const char *text, uint8_t *out, size_t size, size_t *n);

#endif
