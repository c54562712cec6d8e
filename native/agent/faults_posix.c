#define _POSIX_C_SOURCE 200809L
#include <string.h>
#include <unistd.h>

#include "host.h"

enum { DIED = 3 };

/* xorshift32: the same seed gives the same faults. */
static bool strikes(double probability) {
  static uint32_t state;
  if (probability <= 0) return false;
  if (state == 0) state = host.seed * 2654435761u + 1u;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state / 4294967296.0 < probability;
}

/* False if the byte is lost. */
static bool survives(char *byte) {
  static unsigned bit;
  if (strikes(host.drop)) return false;
  if (strikes(host.corrupt)) *byte = (char)(*byte ^ (1 << (bit++ % 8)));
  return true;
}

void faults_incoming(char byte, void (*pass)(char)) {
  static char line[256];
  static size_t used;
  if (!survives(&byte)) return;
  pass(byte);
  if (used < sizeof line) line[used++] = byte;
  if (byte != '\n') return;
  if (used < sizeof line && strikes(host.duplicate))
    for (size_t i = 0; i < used; i++) pass(line[i]);
  used = 0;
}

void faults_outgoing(const char *line, size_t n, void (*pass)(const char *, size_t)) {
  int times = strikes(host.duplicate) ? 2 : 1;
  while (times-- > 0) {
    for (size_t i = 0; i < n; i++) {
      char byte = line[i];
      if (survives(&byte)) pass(&byte, 1);
    }
  }
}

void faults_step(const char *step, bool done) {
  if (!host.die_step || done != host.die_after) return;
  size_t n = strlen(host.die_step);
  if (strncmp(step, host.die_step, n) == 0 && (step[n] == '\0' || step[n] == '.')) _exit(DIED);
}
