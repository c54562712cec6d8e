/* What the programs of `make check` share: a device whose answers they examine, and reproducible chance. */
#ifndef CHECK_H
#define CHECK_H

#include "agent.h"

extern agent check_device;
extern char check_last[FRAME_LIMIT + 1]; /* the last answer */
extern unsigned long check_frames;       /* how many there were */
extern bool check_slow;                  /* what port_is_slow says */

/*
 * The AWS that these programs' device is connected to. It makes a certificate for the key of a request, and a token that
 * it takes once. `refuses`: what it says in place of a thing; NULL: nothing. `garbles`: it changes a byte of each answer.
 */
extern struct check_cloud {
  bool token_used, garbles;
  const char *refuses;
  unsigned certificates;
} check_cloud;

/* Ends the program with 1 unless this holds. */
void check(bool holds, const char *what);

/* Bytes from the station. */
void check_feed(const char *bytes, size_t n);

/* Sends the body as a request with its CRC. True if the answer's body begins with `wanted`. */
bool check_says(const char *body, const char *wanted);

/* Writes the body as the request with this number, with CRC and LF. */
void check_line(char *line, size_t size, unsigned seq, const char *body);

/* The next number of a fixed sequence, below `below`. */
uint32_t check_any(uint32_t below);

#endif
