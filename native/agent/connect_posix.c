/*
 * The host build connects as a device in the field does: a name, TCP, TLS with the stored identity, one message by
 * MQTT. The commands `connect` and `provision` ask for it, and `agent --connect`.
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

#include "claim.h"
#include "commands.h"
#include "crypto.h"
#include "host.h"
#include "mqtt.h"
#include "port.h"
#include "tls.h"

enum { DIAL_MS = 5000, SEND_MS = 10, LONGEST_PAUSE_MS = 60000 };

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

/* What the phases up to `connect` leave. One connection at a time. */
static struct addrinfo *found;
static int line = -1;
static bool is_open;

/* Goes through the phases from the first to `last`. */
static bool go(const port_destination *to, port_phase last, port_connection *done, void (*on_phase)(void *, port_phase), void *context) {
  tls_reason why = {.word = NULL};
  bool ok = true;
  signal(SIGPIPE, SIG_IGN);
  for (int phase = PHASE_DNS; phase <= (int)last && ok; phase++) {
    done->phase = (port_phase)phase;
    if (on_phase) {
      on_phase(context, done->phase);
      wire_wait(host.baud ? SEND_MS : 1); /* the station hears of the phase before it takes its time */
    }
    uint32_t began = port_millis();
    switch (done->phase) {
      case PHASE_DNS: ok = resolve(to, &found, &why); break;
      case PHASE_TCP: ok = dial(found, &line, &why); break;
      case PHASE_TLS:
        is_open = true;
        ok = tls_open(line, to->server_name, to->shown, &why);
        break;
      case PHASE_CONNECT: ok = mqtt_connect(to->client, &why); break;
      case PHASE_PUBLISH: ok = mqtt_publish(to->topic, to->message, &why); break;
      case PHASE_POLICY: ok = mqtt_acknowledged(&why); break;
      case PHASE_COUNT: break;
    }
    done->ms[phase] = port_millis() - began;
  }
  done->reason = ok ? NULL : why.word;
  snprintf(done->detail, sizeof done->detail, "%s", ok ? "" : why.detail);
  return ok;
}

static void leave(bool orderly) {
  if (is_open) tls_close(orderly);
  if (found) freeaddrinfo(found);
  found = NULL;
  line = -1;
  is_open = false;
}

void host_connect(const port_destination *to, port_connection *done, void (*on_phase)(void *, port_phase), void *context) {
  leave(go(to, PHASE_POLICY, done, on_phase, context));
}

static bool session_open(const port_destination *to, port_connection *done, void (*on_phase)(void *, port_phase), void *context) {
  return go(to, PHASE_CONNECT, done, on_phase, context);
}

static bool session_ask(const char *topic, uint8_t *bytes, size_t *n, size_t size, bool *accepted, port_connection *done) {
  tls_reason why = {.word = NULL};
  if (mqtt_ask(topic, bytes, n, size, accepted, &why)) return true;
  done->reason = why.word;
  snprintf(done->detail, sizeof done->detail, "%s", why.detail);
  return false;
}

static void session_close(void) {
  tls_reason why;
  if (is_open) (void)mqtt_disconnect(&why);
  leave(true);
}

const port_session host_session = {session_open, session_ask, session_close};

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

static bool has_failed(const port_connection *done) { return done->reason != NULL; }

/* A device with a claim and without a certificate gets its own first. */
static bool first_provisions(agent *a, const char *at, uint16_t port, port_connection *done) {
  char serial[AGENT_SERIAL_MAX + 1], client[sizeof "claim-" + AGENT_SERIAL_MAX], endpoint[256];
  if (port_size(SLOT_CERT) > 0 || port_size(SLOT_CLAIM) == 0) return true;
  if (!crypto_has_key() && crypto_make_key() != KEY_MADE) return false;
  if (!claim_is_ready() || !config_value("unitSerial", serial, sizeof serial)) return true; /* told below */
  if (!config_value("endpoint", endpoint, sizeof endpoint)) strcpy(endpoint, at); /* as long as `at` may be */
  /* The policy of a claim lets in clients of such names only. */
  snprintf(client, sizeof client, "claim-%s", serial);
  const port_destination to = {.host = at, .port = port, .server_name = endpoint, .client = client, .shown = SHOW_CLAIM};
  claim_provision(a, &to, done, NULL, NULL);
  if (!has_failed(done)) printf("provisioned\n");
  return !has_failed(done);
}

static bool publish_once(const char *at, uint16_t port, port_connection *done) {
  char thing[129], endpoint[129], own_topic[160];
  if (!config_value("thingName", thing, sizeof thing) || !config_value("endpoint", endpoint, sizeof endpoint)) {
    done->reason = "store";
    snprintf(done->detail, sizeof done->detail, "no thingName and endpoint in the stored config");
    return false;
  }
  snprintf(own_topic, sizeof own_topic, "birthmark/%s", thing);
  const port_destination to = {.host = at, .port = port, .server_name = endpoint, .client = thing, .message = host.message,
                               .topic = host.topic ? host.topic : own_topic};
  host_connect(&to, done, NULL, NULL);
  return !has_failed(done);
}

/* 1 s, 2 s, 4 s … up to a minute, less a random part, so that devices that were dropped together do not come back together. */
static void back_off(uint32_t count) {
  uint32_t longest = host.back_off_ms;
  for (; count > 1 && longest < LONGEST_PAUSE_MS; count--) longest *= 2;
  if (longest > LONGEST_PAUSE_MS) longest = LONGEST_PAUSE_MS;
  poll(NULL, 0, (int)(longest - (longest > 3 ? (port_millis() * 2654435761u >> 8) % (longest / 4) : 0)));
}

int host_publish(agent *a) {
  char at[256];
  uint16_t port;
  if (!split(host.connect, at, &port)) {
    fprintf(stderr, "agent: not HOST:PORT: --connect (see --help)\n");
    return 2;
  }
  for (uint32_t count = 1;; count++) {
    port_connection done = {.reason = NULL};
    if (first_provisions(a, at, port, &done) && publish_once(at, port, &done)) break;
    if (!done.reason) done.reason = "store";
    fprintf(stderr, "agent: %s: %s\n", done.reason, done.detail);
    /* What is stored does not change by waiting. All else is mended in the account or in the network. */
    if (count >= host.tries || strcmp(done.reason, "store") == 0) return 1;
    fflush(stdout);
    back_off(count);
  }
  printf("published\n");
  return 0;
}
