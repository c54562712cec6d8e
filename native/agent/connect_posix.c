/*
 * The host build connects as a device in the field does: a name, TCP, TLS with the stored identity, one message by
 * MQTT. The command `connect` asks for it, and `agent --connect`.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "commands.h"
#include "host.h"
#include "mqtt.h"
#include "port.h"
#include "tls.h"

enum { DIAL_MS = 5000, SEND_MS = 10 };

static bool fails(tls_reason *why, const char *word, const char *detail) {
  why->word = word;
  snprintf(why->detail, sizeof why->detail, "%s", detail);
  return false;
}

static bool resolve(const port_destination *to, struct addrinfo **found, tls_reason *why) {
  const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
  char port[8];
  snprintf(port, sizeof port, "%u", to->port);
  int error = getaddrinfo(to->host, port, &hints, found);
  return error == 0 || fails(why, "unreachable", gai_strerror(error));
}

/* Waits until the connection that has begun is there. Returns errno's value. */
static int finish_dial(int fd) {
  struct pollfd poller = {.fd = fd, .events = POLLOUT};
  int error = 0;
  socklen_t n = sizeof error;
  int ready = poll(&poller, 1, DIAL_MS);
  if (ready == 0) return ETIMEDOUT;
  if (ready < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) != 0) return errno;
  return error;
}

/* Tries each address. A device that has an answer of one does not wait for the silence of another. */
static bool dial(const struct addrinfo *found, int *fd, tls_reason *why) {
  int error = EADDRNOTAVAIL;
  for (; found; found = found->ai_next) {
    *fd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    if (*fd < 0) continue;
    int flags = fcntl(*fd, F_GETFL);
    (void)fcntl(*fd, F_SETFL, flags | O_NONBLOCK);
    error = connect(*fd, found->ai_addr, found->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) error = finish_dial(*fd);
    (void)fcntl(*fd, F_SETFL, flags);
    if (error == 0) return true;
    close(*fd);
    *fd = -1;
  }
  return fails(why, error == ETIMEDOUT ? "timeout" : "unreachable", strerror(error));
}

void host_connect(const port_destination *to, port_connection *done, void (*on_phase)(void *, port_phase), void *context) {
  tls_reason why = {.word = NULL};
  struct addrinfo *found = NULL;
  int fd = -1;
  bool ok = true;
  signal(SIGPIPE, SIG_IGN);
  for (int phase = PHASE_DNS; phase < PHASE_COUNT && ok; phase++) {
    done->phase = (port_phase)phase;
    if (on_phase) {
      on_phase(context, done->phase);
      wire_wait(host.baud ? SEND_MS : 1); /* the station hears of the phase before it takes its time */
    }
    uint32_t began = port_millis();
    switch (done->phase) {
      case PHASE_DNS: ok = resolve(to, &found, &why); break;
      case PHASE_TCP: ok = dial(found, &fd, &why); break;
      case PHASE_TLS: ok = tls_open(fd, to->server_name, &why); break;
      case PHASE_CONNECT: ok = mqtt_connect(to->client, &why); break;
      case PHASE_PUBLISH: ok = mqtt_publish(to->topic, to->message, &why); break;
      case PHASE_POLICY: ok = mqtt_acknowledged(&why); break;
      case PHASE_COUNT: break;
    }
    done->ms[phase] = port_millis() - began;
  }
  if (done->phase >= PHASE_TLS) tls_close(ok);
  if (found) freeaddrinfo(found);
  done->reason = ok ? NULL : why.word;
  snprintf(done->detail, sizeof done->detail, "%s", ok ? "" : why.detail);
}

/* Splits HOST:PORT. An IPv6 address stands in brackets. */
static bool split(const char *address, char at[256], uint16_t *port) {
  const char *colon = strrchr(address, ':');
  unsigned number = 0;
  char end;
  if (!colon || colon == address || colon - address >= 256) return false;
  if (sscanf(colon + 1, "%u%c", &number, &end) != 1 || number < 1 || number > 65535) return false;
  size_t n = (size_t)(colon - address);
  if (address[0] == '[' && n > 2 && colon[-1] == ']') address++, n -= 2;
  memcpy(at, address, n);
  at[n] = '\0';
  *port = (uint16_t)number;
  return true;
}

int host_publish(void) {
  char at[256], thing[129], endpoint[129], own_topic[160];
  port_destination to = {.host = at, .server_name = endpoint, .client = thing, .message = host.message};
  port_connection done = {.reason = NULL};
  if (!split(host.connect, at, &to.port)) {
    fprintf(stderr, "agent: not HOST:PORT: --connect (see --help)\n");
    return 2;
  }
  if (!config_value("thingName", thing, sizeof thing) || !config_value("endpoint", endpoint, sizeof endpoint)) {
    fprintf(stderr, "agent: store: no thingName and endpoint in the stored config\n");
    return 1;
  }
  snprintf(own_topic, sizeof own_topic, "birthmark/%s", thing);
  to.topic = host.topic ? host.topic : own_topic;
  host_connect(&to, &done, NULL, NULL);
  if (!done.reason) printf("published\n");
  else fprintf(stderr, "agent: %s: %s\n", done.reason, done.detail);
  return done.reason ? 1 : 0;
}
