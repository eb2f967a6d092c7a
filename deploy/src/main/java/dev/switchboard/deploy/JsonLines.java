package dev.switchboard.deploy;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.switchboard.shared.log.LogKeys;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * One line of JSON for each log event: time (UTC), level, logger, message, correlation id, MDC,
 * key-value pairs.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final String PROCESS = "process-" + ProcessHandle.current().pid();

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    JsonObject line =
        new JsonObject()
            .put("time", event.getInstant().toString())
            .put("level", event.getLevel().toString().toLowerCase(java.util.Locale.ROOT))
            .put("logger", event.getLoggerName())
            .put("message", event.getFormattedMessage());
    event.getMDCPropertyMap().forEach(line::put);
    var pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(pair -> line.put(pair.key, plain(pair.value)));
    }
    line.put("correlationId", correlationId(line));
    if (event.getThrowableProxy() != null) {
      line.put("error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return (line.encode() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** What is about nothing in particular is about this process. */
  private static Object correlationId(JsonObject line) {
    return LogKeys.ALL.stream()
        .filter(line::containsKey)
        .findFirst()
        .map(line::getValue)
        .orElse(PROCESS);
  }

  private static Object plain(Object value) {
    return value instanceof Number || value instanceof Boolean ? value : String.valueOf(value);
  }
}
