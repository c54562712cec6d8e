/* The port for a PC. The store is a folder with one file per slot, and each file is replaced as a whole. */
#define _POSIX_C_SOURCE 200809L
#include "port.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host.h"

enum { PATH_BYTES = 4096, HARDWARE_ID_BYTES = 12, ALARM_MS = 200 };

static const char *const names[SLOT_COUNT] = {"key", "cert", "chain", "root", "config", "sealed", "erasing", "claim", "claimkey", "given"};
static char hardware_id[2 * HARDWARE_ID_BYTES + 1];

static bool path_of(char out[PATH_BYTES], const char *name, const char *suffix) {
  int n = snprintf(out, PATH_BYTES, "%s/%s%s", host.state, name, suffix);
  return n > 0 && n < PATH_BYTES;
}

/* Makes a rename or an unlink in the folder durable. */
static bool sync_folder(void) {
  int fd = open(host.state, O_RDONLY);
  if (fd < 0) return false;
  bool done = fsync(fd) == 0;
  close(fd);
  return done;
}

static bool write_file(const char *name, const uint8_t *bytes, size_t n) {
  char path[PATH_BYTES], temporary[PATH_BYTES];
  if (!path_of(path, name, "") || !path_of(temporary, name, ".new")) return false;
  /*
   * Removes what a power cut left. A file that another process puts there meanwhile is refused, and no link is
   * followed.
   */
  if (unlink(temporary) != 0 && errno != ENOENT) return false;
  int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600); /* for all alike: only the key needs it */
  if (fd < 0) return false;
  bool done = write(fd, bytes, n) == (ssize_t)n && fsync(fd) == 0;
  done = close(fd) == 0 && done;
  return done && rename(temporary, path) == 0 && sync_folder();
}

static bool read_file(const char *name, size_t offset, void *out, size_t n) {
  char path[PATH_BYTES];
  if (!path_of(path, name, "")) return false;
  int fd = open(path, O_RDONLY);
  if (fd < 0) return false;
  bool done = pread(fd, out, n, (off_t)offset) == (ssize_t)n;
  close(fd);
  return done;
}

bool host_open_store(void) {
  static const char digits[] = "0123456789abcdef";
  uint8_t fresh[HARDWARE_ID_BYTES];
  if (mkdir(host.state, 0700) != 0 && errno != EEXIST) return false;
  if (read_file("hwid", 0, hardware_id, sizeof hardware_id - 1)) return true;
  int fd = open("/dev/urandom", O_RDONLY);
  bool read_all = fd >= 0 && read(fd, fresh, sizeof fresh) == (ssize_t)sizeof fresh;
  if (fd >= 0) close(fd);
  if (!read_all) return false;
  for (size_t i = 0; i < sizeof fresh; i++) {
    hardware_id[2 * i] = digits[fresh[i] >> 4];
    hardware_id[2 * i + 1] = digits[fresh[i] & 15];
  }
  return write_file("hwid", (const uint8_t *)hardware_id, sizeof hardware_id - 1);
}

const port_traits *port_get_traits(void) {
  static port_traits traits;
  traits = (port_traits){.connect = host_connect,
                         .session = &host_session,
                         .model = host.model,
                         .hardware_revision = "A",
                         .firmware = "1.0.0",
                         .hardware_id = hardware_id,
                         .preset_serial = host.serial};
  return &traits;
}

size_t port_size(port_slot slot) {
  char path[PATH_BYTES];
  struct stat status;
  if (!path_of(path, names[slot], "") || stat(path, &status) != 0 || status.st_size < 0) return 0;
  return (size_t)status.st_size;
}

bool port_read(port_slot slot, size_t offset, uint8_t *out, size_t n) { return read_file(names[slot], offset, out, n); }

bool port_store(port_slot slot, const uint8_t *bytes, size_t n) { return write_file(names[slot], bytes, n); }

bool port_forget(port_slot slot) {
  char path[PATH_BYTES];
  if (!path_of(path, names[slot], "")) return false;
  if (unlink(path) != 0) return errno == ENOENT;
  return sync_folder();
}

void port_send(const char *line, size_t n) {
  static const char log_line[] = "[00:00:01.042,000] <inf> sensor: sample 17 = 1023 mV <ok>\n";
  if (host.noise) wire_send(log_line, sizeof log_line - 1);
  if (host.delay_ms > 0) wire_wait(host.delay_ms);
  faults_outgoing(line, n, wire_send);
}

uint32_t port_millis(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}

bool port_is_slow(void) { return host.compute_ms >= ALARM_MS; }

void port_step(const char *step, bool done) {
  static const char *const computing[] = {"key", "csr", "commit", "prove", "erase", "seal"};
  faults_step(step, done);
  if (done || host.compute_ms == 0 || strncmp(step, "erase.", 6) == 0) return; /* `erase` has waited already */
  for (size_t i = 0; i < sizeof computing / sizeof computing[0]; i++)
    if (strncmp(step, computing[i], strlen(computing[i])) == 0) wire_wait(host.compute_ms);
}
