#define _XOPEN_SOURCE 700
#include "pty_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Makes it a plain wire, not a console: bytes as they are, no echo, no signals. */
static bool make_raw(int fd) {
  struct termios settings;
  if (tcgetattr(fd, &settings) != 0) return false;
  settings.c_iflag = 0;
  settings.c_oflag = 0;
  settings.c_lflag = 0;
  settings.c_cflag = CS8 | CREAD | CLOCAL;
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  return tcsetattr(fd, TCSANOW, &settings) == 0;
}

/* Opens and closes it once: before that, poll() does not tell whether a program has it open. */
static bool prepare(int terminal, char *path, size_t size) {
  if (grantpt(terminal) != 0 || unlockpt(terminal) != 0) return false;
  const char *name = ptsname(terminal);
  if (!name) return false;
  if (strlen(name) >= size) {
    errno = ENAMETOOLONG;
    return false;
  }
  strcpy(path, name);
  int slave = open(path, O_RDWR | O_NOCTTY);
  if (slave < 0) return false;
  bool raw = make_raw(slave);
  close(slave);
  return raw && fcntl(terminal, F_SETFL, O_NONBLOCK) == 0;
}

int pty_open(char *path, size_t size) {
  int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0) return -1;
  if (prepare(terminal, path, size)) return terminal;
  int reason = errno;
  close(terminal);
  errno = reason;
  return -1;
}
