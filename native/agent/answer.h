/* Writes an answer: words into a bounded line, then the CRC. */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_LIMIT 256u /* bytes of a frame, LF included */

typedef struct {
  char line[FRAME_LIMIT];
  size_t used;
  bool failed; /* did not fit; cannot happen within the limits of the protocol */
} answer;

/* Starts `<SSSS `. */
void answer_begin(answer *a, uint32_t seq);

void answer_text(answer *a, const char *text);          /* as it is */
void answer_escaped(answer *a, const char *text);       /* %XX where needed */
void answer_number(answer *a, uint32_t value);          /* decimal */
void answer_digest(answer *a, const uint8_t digest[32]); /* lower-case hex */
void answer_base64(answer *a, const uint8_t *bytes, size_t n);

/* Adds `*CRC` and LF. */
void answer_end(answer *a);

#endif
