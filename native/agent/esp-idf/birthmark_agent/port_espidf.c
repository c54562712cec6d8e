/*
 * port.h and flash.h on ESP-IDF 6: a UART, and a data partition of the flash. Untried on hardware; a test compiles it
 * against the signatures of ESP-IDF 6.
 */
#include <stdarg.h>
#include <stdio.h>

#include "agent.h"
#include "crypto.h"
#include "driver/uart.h"
#include "esp_log.h"
#include "esp_mac.h"
#include "esp_partition.h"
#include "esp_timer.h"
#include "flash.h"
#include "freertos/FreeRTOS.h"
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "sdkconfig.h"
#include "start.h"

static const uart_port_t uart = (uart_port_t)CONFIG_BIRTHMARK_AGENT_UART;
static const esp_partition_t *partition;
static SemaphoreHandle_t line; /* one line at a time: an answer, or one of the log */
static vprintf_like_t print_log;
static agent device;

size_t flash_bank_bytes(void) { return partition->size / 2; }

static size_t offset_of(int bank, size_t offset) { return (size_t)bank * flash_bank_bytes() + offset; }

bool flash_read(int bank, size_t offset, void *out, size_t n) {
  return esp_partition_read(partition, offset_of(bank, offset), out, n) == ESP_OK;
}

bool flash_program(int bank, size_t offset, const void *bytes, size_t n) {
  return esp_partition_write(partition, offset_of(bank, offset), bytes, n) == ESP_OK;
}

bool flash_erase(int bank) { return esp_partition_erase_range(partition, offset_of(bank, 0), flash_bank_bytes()) == ESP_OK; }

const port_traits *port_get_traits(void) {
  static char identity[2 * 6 + 1];
  static const port_traits traits = {.model = CONFIG_BIRTHMARK_AGENT_MODEL,
                                     .hardware_revision = CONFIG_BIRTHMARK_AGENT_HARDWARE,
                                     .firmware = CONFIG_BIRTHMARK_AGENT_FIRMWARE,
                                     .hardware_id = identity,
                                     .preset_serial = NULL};
  uint8_t mac[6];
  if (identity[0] == '\0' && esp_efuse_mac_get_default(mac) == ESP_OK)
    for (size_t i = 0; i < sizeof mac; i++) snprintf(identity + 2 * i, 3, "%02x", mac[i]);
  return &traits;
}

void port_send(const char *bytes, size_t n) {
  xSemaphoreTake(line, portMAX_DELAY);
  (void)uart_write_bytes(uart, bytes, n); /* without a buffer for sending it returns when all is in the FIFO */
  xSemaphoreGive(line);
}

/* The log's lines wait for an answer that is being sent. ESP_EARLY_LOG and esp_rom_printf do not come through here. */
static int print_whole_line(const char *format, va_list values) {
  xSemaphoreTake(line, portMAX_DELAY);
  int n = print_log(format, values);
  xSemaphoreGive(line);
  return n;
}

uint32_t port_millis(void) { return (uint32_t)(esp_timer_get_time() / 1000); }

bool port_is_slow(void) { return true; }

void port_step(const char *step, bool done) {
  (void)step;
  (void)done;
}

static void run(void *unused) {
  char byte;
  (void)unused;
  for (;;)
    if (uart_read_bytes(uart, &byte, 1, portMAX_DELAY) == 1) agent_receive(&device, byte);
}

static bool open_uart(void) {
  const uart_config_t settings = {.baud_rate = CONFIG_BIRTHMARK_AGENT_BAUD,
                                  .data_bits = UART_DATA_8_BITS,
                                  .parity = UART_PARITY_DISABLE,
                                  .stop_bits = UART_STOP_BITS_1,
                                  .flow_ctrl = UART_HW_FLOWCTRL_DISABLE,
                                  .source_clk = UART_SCLK_DEFAULT};
  return uart_driver_install(uart, 2 * AGENT_WINDOW, 0, 0, NULL, 0) == ESP_OK && uart_param_config(uart, &settings) == ESP_OK;
}

bool birthmark_agent_start(void) {
  line = xSemaphoreCreateMutex();
  partition = esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_ANY, CONFIG_BIRTHMARK_AGENT_PARTITION);
  if (!line || !partition || port_get_traits()->hardware_id[0] == '\0') return false;
  if (!store_begin() || !crypto_begin() || !open_uart()) return false;
  agent_begin(&device);
  print_log = esp_log_set_vprintf(print_whole_line);
  return xTaskCreate(run, "birthmark", CONFIG_BIRTHMARK_AGENT_STACK_SIZE, NULL, CONFIG_BIRTHMARK_AGENT_PRIORITY, NULL) == pdPASS;
}
