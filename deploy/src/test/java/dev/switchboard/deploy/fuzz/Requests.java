package dev.switchboard.deploy.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Requests as they go over the line. */
final class Requests {
  private Requests() {}

  static byte[] of(String method, String target, String headers, String body) {
    byte[] bytes = body.getBytes(UTF_8);
    String length = body.isEmpty() ? "" : "Content-Length: " + bytes.length + "\r\n";
    String head = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    return (method + " " + target + head + headers + length + "\r\n" + body).getBytes(UTF_8);
  }

  static byte[] webSocket(String target) {
    String head = " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
    String key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    return ("GET " + target + head + key).getBytes(UTF_8);
  }
}
