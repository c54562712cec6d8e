/* A TLS connection with the identity the device was given. For the host build: tls_posix.c. */
#ifndef TLS_H
#define TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why something did not work: a word a program can compare, and what an engineer may want to know besides. */
typedef struct {
  const char *word; /* NULL: it worked */
  char detail[160];
} tls_reason;

/*
 * Loads key, certificate, chain and root from the store, connects to host:port, and verifies that the other side is
 * `server_name` by the stored root. `store`: something is missing or cannot be parsed; `unreachable`: no TCP connection; `server`:
 * the server is not who it should be; `refused`: the server did not accept us; `timeout`; `tls`: anything else.
 */
bool tls_open(const char *host, const char *port, const char *server_name, tls_reason *why);

/* All n bytes, or false: `refused`, `timeout`, `lost`. */
bool tls_write(const uint8_t *bytes, size_t n, tls_reason *why);
bool tls_read(uint8_t *bytes, size_t n, tls_reason *why);

/* Says goodbye if `orderly`, and frees everything; also after a failed tls_open. */
void tls_close(bool orderly);

#endif
