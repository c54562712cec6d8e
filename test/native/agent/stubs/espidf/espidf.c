/* An ESP-IDF of one task on a PC: the UART is stdin and stdout, the partition is memory. It ends with its input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/uart.h"
#include "esp_log.h"
#include "esp_mac.h"
#include "esp_partition.h"
#include "esp_timer.h"
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "start.h"

enum { PARTITION = 16384, PAGE = 4096 };

struct QueueDefinition {
  int taken;
};
static struct QueueDefinition mutex;
static uint8_t memory[PARTITION];
static const esp_partition_t partition = {.type = ESP_PARTITION_TYPE_DATA, .size = PARTITION, .erase_size = PAGE, .label = "birthmark"};
static int installed, configured;
static TaskFunction_t task;
static vprintf_like_t print;

static void must(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "espidf: %s\n", what);
  exit(1);
}

esp_err_t esp_efuse_mac_get_default(uint8_t *mac) {
  memcpy(mac, "\x01\x23\x45\x67\x89\xab", 6);
  return ESP_OK;
}
int64_t esp_timer_get_time(void) { return 0; }

const esp_partition_t *esp_partition_find_first(esp_partition_type_t type, esp_partition_subtype_t subtype, const char *label) {
  memset(memory, 0xFF, sizeof memory);
  (void)subtype;
  return type == ESP_PARTITION_TYPE_DATA && strcmp(label, partition.label) == 0 ? &partition : NULL;
}
esp_err_t esp_partition_read(const esp_partition_t *of, size_t src_offset, void *dst, size_t size) {
  must(src_offset + size <= of->size, "a read beyond the partition");
  memcpy(dst, memory + src_offset, size);
  return ESP_OK;
}
esp_err_t esp_partition_write(const esp_partition_t *of, size_t dst_offset, const void *src, size_t size) {
  must(dst_offset + size <= of->size, "a write beyond the partition");
  must(dst_offset % 16 == 0 && size % 16 == 0, "a write that an encrypted partition refuses");
  for (size_t i = 0; i < size; i++) must(memory[dst_offset + i] == 0xFF, "a write to flash that is not erased");
  memcpy(memory + dst_offset, src, size);
  return ESP_OK;
}
esp_err_t esp_partition_erase_range(const esp_partition_t *of, size_t offset, size_t size) {
  must(offset + size <= of->size && offset % PAGE == 0 && size % PAGE == 0, "an erasure of no whole pages");
  memset(memory + offset, 0xFF, size);
  return ESP_OK;
}

SemaphoreHandle_t xSemaphoreCreateMutex(void) { return &mutex; }
BaseType_t xSemaphoreTake(SemaphoreHandle_t xSemaphore, TickType_t xBlockTime) {
  must(!xSemaphore->taken && xBlockTime == portMAX_DELAY, "a mutex is taken twice");
  return xSemaphore->taken = 1;
}
BaseType_t xSemaphoreGive(SemaphoreHandle_t xSemaphore) {
  must(xSemaphore->taken, "a mutex is given that was not taken");
  xSemaphore->taken = 0;
  return 1;
}

/* What prints the log until the port puts itself in between. */
static int print_to_console(const char *format, va_list values) {
  must(mutex.taken, "a log line may get into an answer");
  return vdprintf(1, format, values);
}
vprintf_like_t esp_log_set_vprintf(vprintf_like_t func) {
  print = func;
  return print_to_console;
}
static void log_line(const char *format, ...) {
  va_list values;
  va_start(values, format);
  print(format, values);
  va_end(values);
}

esp_err_t uart_driver_install(uart_port_t uart_num, int rx_buffer_size, int tx_buffer_size, int queue_size, QueueHandle_t *uart_queue,
                              int intr_alloc_flags) {
  (void)queue_size, (void)uart_queue, (void)intr_alloc_flags;
  installed = uart_num == UART_NUM_0 && rx_buffer_size >= 1024 && tx_buffer_size == 0;
  return installed ? ESP_OK : -1;
}
esp_err_t uart_param_config(uart_port_t uart_num, const uart_config_t *uart_config) {
  configured = uart_num == UART_NUM_0 && uart_config->baud_rate == 115200;
  return configured ? ESP_OK : -1;
}
int uart_write_bytes(uart_port_t uart_num, const void *src, size_t size) {
  must(installed && configured && uart_num == UART_NUM_0, "the UART is not open");
  must(mutex.taken, "a log line may get into this answer");
  return (int)write(1, src, size);
}
int uart_read_bytes(uart_port_t uart_num, void *buf, uint32_t length, uint32_t ticks_to_wait) {
  (void)uart_num, (void)ticks_to_wait;
  if (read(0, buf, length) != (ssize_t)length) exit(0);
  if (*(char *)buf == '\n') log_line("I (%d) sensor: sample\n", 17);
  return (int)length;
}

BaseType_t xTaskCreate(TaskFunction_t pxTaskCode, const char *const pcName, const uint32_t usStackDepth, void *const pvParameters,
                       UBaseType_t uxPriority, TaskHandle_t *const pxCreatedTask) {
  (void)pcName, (void)pvParameters, (void)uxPriority, (void)pxCreatedTask;
  must(usStackDepth >= 4096, "a small stack");
  task = pxTaskCode;
  return pdPASS;
}

int main(void) {
  must(birthmark_agent_start(), "the agent does not start");
  task(NULL);
}
