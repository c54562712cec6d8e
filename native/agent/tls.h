/* A TLS connection with the device's identity, for the host build: tls_posix.c. */
#ifndef TLS_H
#define TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port.h"

/* Why a call failed: a word for programs, and more detail for an engineer. */
typedef struct {
  const char *word; /* NULL: it worked */
  char detail[160];
} tls_reason;

/*
 * Loads what `shown` says, and the root, from the store, and makes the TLS connection on a connected socket, which it
 * owns from then on. Verifies by the stored root that the other side is `server_name`. Reasons: `store`, something is
 * missing or cannot be parsed; `server`, the server is not the expected one; `clock`, its certificate is not valid by
 * the device's clock; `refused`, the server did not accept the device; `timeout`; `tls`, other faults.
 */
bool tls_open(int socket, const char *server_name, port_identity shown, tls_reason *why);

/* Writes all n bytes. False with reason `refused`, `timeout` or `lost`. */
bool tls_write(const uint8_t *bytes, size_t n, tls_reason *why);
bool tls_read(uint8_t *bytes, size_t n, tls_reason *why);

/* Says goodbye if `orderly`, and frees everything. It may follow a failed tls_open. */
void tls_close(bool orderly);

#endif
