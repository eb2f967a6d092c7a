package dev.switchboard.deploy.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.eatthepath.pushy.apns.server.RejectedNotificationException;
import com.eatthepath.pushy.apns.server.RejectionReason;
import com.eatthepath.pushy.apns.server.UnregisteredDeviceTokenException;
import dev.switchboard.deploy.testing.ApnsStub;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * APNs. A push is known by its {@code apns-collapse-id}, its notification's id; a device's token is
 * made of the name of its user. When it is slow it takes one push after another.
 */
final class Iphones implements Provider {
  private static final long SLOW_MILLIS = 300;
  private static final int TOKEN_BYTES = 32;

  private final Reception reception = new Reception();
  private final ApnsStub server;

  /** Starts it at every address of this machine, with a certificate for one. */
  Iphones(String address, Path certificate, Path key) {
    server = new ApnsStub(address, certificate, key, this::take);
  }

  private void take(String token, Http2Headers headers, ByteBuf body)
      throws RejectedNotificationException {
    String user = new String(HexFormat.of().parseHex(token), UTF_8).trim();
    switch (reception.mood()) {
      case WELL -> arrived(user, headers);
      case SLOW -> {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SLOW_MILLIS));
        arrived(user, headers);
      }
      case REFUSING -> throw new RejectedNotificationException(RejectionReason.SERVICE_UNAVAILABLE);
      case LYING -> {
        reception.saidGone(user);
        throw new UnregisteredDeviceTokenException(Instant.now());
      }
    }
  }

  private void arrived(String user, Http2Headers headers) {
    String notification = headers.get("apns-collapse-id").toString();
    reception.arrived(user, Reception.topic(notification));
  }

  @Override
  public Reception reception() {
    return reception;
  }

  @Override
  public Map<String, String> settings() {
    return server.settings();
  }

  @Override
  public String path() {
    return "/v1/push/tokens";
  }

  @Override
  public JsonObject subscription(String user) {
    byte[] name = Arrays.copyOf(user.getBytes(UTF_8), TOKEN_BYTES);
    return new JsonObject()
        .put("type", "apns")
        .put("token", HexFormat.of().formatHex(name))
        .put("device_id", "phone");
  }

  @Override
  public void close() {
    server.close();
  }
}
