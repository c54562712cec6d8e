/* The pseudo-terminal, paced like a UART: 10 bits a byte, both directions at once. */
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE /* ppoll needs a better clock than poll has */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host.h"
#include "pty_posix.h"

enum { PIECE = 64, OUT_BYTES = 65536 };
#define IDLE_NS 5000000ll /* between two looks whether a station has opened the terminal */

static int terminal = -1;
static char path[256];
static volatile sig_atomic_t stopped;

static char in[PIECE];
static size_t in_n;
static int64_t in_due; /* when the last byte of `in` has arrived */

static char out[OUT_BYTES];
static size_t out_n, out_piece; /* all that waits, and how much of it is on the wire */
static int64_t out_due;         /* when the piece has left */

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000ll + now.tv_nsec;
}

static int64_t wire_ns(size_t n) { return host.baud ? (int64_t)n * 10000000000ll / host.baud : 0; }
static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }
static void stop(int signal) { stopped = signal; }

bool wire_open(void) {
  struct sigaction action = {.sa_handler = stop};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  terminal = pty_open(path, sizeof path);
  if (terminal < 0) return false;
  if (host.link && ((unlink(host.link) != 0 && errno != ENOENT) || symlink(path, host.link) != 0)) return false;
  printf("%s\n", path);
  return fflush(stdout) == 0;
}

void wire_close(void) {
  char target[256];
  ssize_t n = host.link ? readlink(host.link, target, sizeof target) : -1;
  if (n > 0 && (size_t)n == strlen(path) && memcmp(target, path, (size_t)n) == 0) unlink(host.link);
  close(terminal);
}

/* Puts the next bytes on the wire, right behind the earlier ones. */
static void start_piece(void) {
  out_piece = out_n < PIECE ? out_n : PIECE;
  out_due += wire_ns(out_piece);
}

void wire_send(const char *bytes, size_t n) {
  if (n > sizeof out - out_n) n = sizeof out - out_n; /* no reader: lost, as on a wire */
  memcpy(out + out_n, bytes, n);
  out_n += n;
  if (out_piece > 0 || n == 0) return;
  out_due = later(out_due, now_ns());
  start_piece();
}

static void push_out(int64_t now, bool connected) {
  while (out_piece > 0 && now >= out_due) {
    ssize_t done = connected ? write(terminal, out, out_piece) : (ssize_t)out_piece;
    if (done <= 0) return;
    out_n -= (size_t)done;
    out_piece -= (size_t)done;
    memmove(out, out + done, out_n);
    if (out_piece == 0) start_piece();
  }
}

/* One turn: sends the bytes that are due, reads if `receiving`, and sleeps until the next event or `until`. */
static void turn(bool receiving, int64_t until) {
  struct pollfd poller = {.fd = terminal, .events = 0};
  poll(&poller, 1, 0);
  bool connected = !(poller.revents & POLLHUP);
  int64_t now = now_ns();
  push_out(now, connected);
  bool room = receiving && in_n == 0;
  if (room) {
    ssize_t n = read(terminal, in, sizeof in);
    if (n > 0) {
      in_n = (size_t)n;
      in_due = later(in_due, now) + wire_ns(in_n);
      return;
    }
  }
  int64_t wake = until;
  bool stuck = out_n > 0 && now >= out_due;
  if (out_n > 0 && !stuck && out_due < wake) wake = out_due;
  if (receiving && in_n > 0 && in_due < wake) wake = in_due;
  if (!connected && now + IDLE_NS < wake) wake = now + IDLE_NS;
  int64_t left = later(0, wake - now);
  struct timespec timeout = {.tv_sec = (time_t)(left / 1000000000ll), .tv_nsec = (long)(left % 1000000000ll)};
  poller.events = (short)((room ? POLLIN : 0) | (stuck ? POLLOUT : 0));
  if (connected) ppoll(&poller, 1, &timeout, NULL);
  else nanosleep(&timeout, NULL);
}

void wire_wait(uint32_t ms) {
  int64_t until = now_ns() + (int64_t)ms * 1000000ll;
  while (!stopped && now_ns() < until) turn(false, until);
}

void wire_run(void (*on_byte)(char)) {
  while (!stopped) {
    turn(true, now_ns() + 1000000000ll);
    if (in_n == 0 || now_ns() < in_due) continue;
    char arrived[PIECE];
    size_t n = in_n;
    memcpy(arrived, in, n);
    in_n = 0;
    for (size_t i = 0; i < n; i++) faults_incoming(arrived[i], on_byte);
  }
}
