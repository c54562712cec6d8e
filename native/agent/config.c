/* The item `config`: lines `name=value`. */
#include <string.h>

#include "commands.h"
#include "text.h"

enum { NAME_MAX = 32, CONFIG_VALUE_MAX = 128 };

static bool is_name(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

bool config_is_name(const char *name, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!is_name(name[i])) return false;
  return n > 0 && n <= NAME_MAX;
}

bool config_next(const char *text, size_t n, size_t *from, config_line *line) {
  if (*from >= n) return false;
  const char *start = text + *from, *end = memchr(start, '\n', n - *from);
  if (!end) return false;
  const char *equals = memchr(start, '=', (size_t)(end - start));
  if (!equals) return false;
  *line = (config_line){.name = start, .name_n = (size_t)(equals - start), .value = equals + 1, .value_n = (size_t)(end - equals - 1)};
  *from = (size_t)(end + 1 - text);
  return true;
}

/* One line without its LF. */
static bool line_is_valid(const char *line, size_t n) {
  static const char serial_name[] = "unitSerial=";
  size_t at = 0;
  while (at < n && at < NAME_MAX && is_name(line[at])) at++;
  if (at == 0 || at >= n || line[at] != '=') return false;
  size_t value = at + 1;
  if (n >= sizeof serial_name - 1 && memcmp(line, serial_name, sizeof serial_name - 1) == 0 && n - value > AGENT_SERIAL_MAX)
    return false;
  for (size_t i = value; i < n; i++) {
    char pair[3] = {0};
    uint32_t code;
    if (line[i] == '%') {
      if (n - i < 3) return false;
      memcpy(pair, line + i + 1, 2);
      if (!text_hex(pair, 2, &code)) return false;
      i += 2;
    } else if (line[i] < '!' || line[i] > '~' || strchr("<>*=", line[i])) {
      return false;
    }
  }
  return true;
}

bool config_is_valid(const uint8_t *bytes, size_t n) {
  const char *text = (const char *)bytes;
  size_t start = 0;
  for (size_t i = 0; i < n; i++) {
    if (text[i] != '\n') continue;
    if (!line_is_valid(text + start, i - start)) return false;
    start = i + 1;
  }
  return n > 0 && start == n;
}

bool config_value(const char *name, char *out, size_t size) {
  size_t stored = port_size(SLOT_CONFIG), name_n = strlen(name), matched = 0, used = 0, n;
  char escaped[3 * CONFIG_VALUE_MAX + 1];
  bool candidate = true, fits = true; /* this line may still be the one; its value fits */
  for (size_t at = 0; at < stored; at++) {
    uint8_t byte;
    if (!port_read(SLOT_CONFIG, at, &byte, 1)) return false;
    if (byte == '\n') {
      if (candidate && matched == name_n + 1) break;
      candidate = fits = true;
      matched = used = 0;
    } else if (candidate && matched <= name_n) {
      candidate = byte == (matched < name_n ? (uint8_t)name[matched] : (uint8_t)'=');
      matched++;
    } else if (candidate && used < sizeof escaped - 1) {
      escaped[used++] = (char)byte;
    } else {
      fits = !candidate;
    }
  }
  escaped[used] = '\0';
  return fits && used > 0 && text_unescape(escaped, out, size, &n) && n > 0;
}
