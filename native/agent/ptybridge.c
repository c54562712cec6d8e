/*
 * ptybridge opens a pseudo-terminal and prints its path as the first line. Then it passes bytes between the terminal
 * and its own standard input and output, until its input ends. Bytes sent while no program has the terminal open are
 * lost, as on a wire. It serves simulated firmware that runs in a program without access to pseudo-terminals.
 */
#define _XOPEN_SOURCE 700
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "pty_posix.h"

enum { BYTES = 4096, IDLE_MS = 5 };

/* Writes all bytes, and waits for room when it must. False when the other end is gone. */
static bool pass(int to, const char *bytes, size_t n) {
  while (n > 0) {
    ssize_t done = write(to, bytes, n);
    if (done > 0) {
      bytes += done;
      n -= (size_t)done;
      continue;
    }
    if (done < 0 && errno != EAGAIN && errno != EINTR) return false;
    struct pollfd room = {.fd = to, .events = POLLOUT};
    if (poll(&room, 1, -1) > 0 && (room.revents & (POLLHUP | POLLERR))) return false;
  }
  return true;
}

/* Whether a program has the other side open now. */
static bool is_open(int terminal) {
  struct pollfd look = {.fd = terminal, .events = 0};
  poll(&look, 1, 0);
  return !(look.revents & POLLHUP);
}

int main(void) {
  char path[256], bytes[BYTES];
  int terminal = pty_open(path, sizeof path);
  if (terminal < 0) {
    perror("ptybridge: cannot open a pseudo-terminal");
    return 1;
  }
  signal(SIGPIPE, SIG_IGN);
  printf("%s\n", path);
  if (fflush(stdout) != 0) return 1;
  for (;;) {
    bool open = is_open(terminal);
    struct pollfd ends[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = open ? terminal : -1, .events = POLLIN}};
    if (poll(ends, 2, open ? -1 : IDLE_MS) < 0 && errno != EINTR) return 1;
    if (ends[0].revents) {
      ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
      if (n == 0) return 0;
      /* Asks again, because a program may have opened the terminal during the wait. */
      if (n > 0 && is_open(terminal)) pass(terminal, bytes, (size_t)n);
    }
    if (ends[1].revents & POLLIN) {
      ssize_t n = read(terminal, bytes, sizeof bytes);
      if (n > 0 && !pass(STDOUT_FILENO, bytes, (size_t)n)) return 0;
    }
  }
}
