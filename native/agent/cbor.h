/* As much of CBOR (RFC 8949) as a device needs to ask AWS IoT: maps of texts. No allocation, no global state. */
#ifndef CBOR_H
#define CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint8_t *bytes;
  size_t n, size;
  bool failed; /* did not fit */
} cbor_out;

/* A map of unknown length, which cbor_end ends. Its members are pairs of texts. */
void cbor_map(cbor_out *out);
void cbor_end(cbor_out *out);
void cbor_text(cbor_out *out, const char *text, size_t n);
/* The head of a text of n bytes, and the place for it, which the caller fills. NULL if it does not fit. */
uint8_t *cbor_space(cbor_out *out, size_t n);

/* A value in what was received: n bytes, heads included. */
typedef struct {
  const uint8_t *bytes;
  size_t n;
} cbor_value;

/* The value of a member. False if there is none, or if the map is not well-formed up to it. */
bool cbor_member(cbor_value map, const char *name, cbor_value *found);

/* Goes through a map: begins with *at = 0. False at its end. */
bool cbor_next(cbor_value map, size_t *at, cbor_value *name, cbor_value *value);

/* A text of known length. False for anything else. */
bool cbor_read_text(cbor_value value, const char **text, size_t *n);

#endif
