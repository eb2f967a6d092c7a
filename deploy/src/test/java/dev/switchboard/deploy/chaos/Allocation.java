package dev.switchboard.deploy.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Asks a relay over UDP for an allocation, as a browser does (RFC 8656 section 7). */
final class Allocation {
  private static final int ALLOCATE = 0x0003;
  private static final int ALLOCATED = 0x0103;
  private static final int REFRESH = 0x0004;
  private static final int COOKIE = 0x2112A442;
  private static final int HEADER_BYTES = 20;
  private static final int USERNAME = 0x0006;
  private static final int INTEGRITY = 0x0008;
  private static final int REALM = 0x0014;
  private static final int NONCE = 0x0015;
  private static final int TRANSPORT = 0x0019;
  private static final int LIFETIME = 0x000D;
  private static final byte[] UDP = {17, 0, 0, 0};
  private static final byte[] OVER = {0, 0, 0, 0};
  private static final int ANSWER_MILLIS = 1_000;

  private Allocation() {}

  /** True if the relay grants one; false if it refuses, or gives no answer within a second. */
  static boolean isGranted(String host, int port, String username, String password) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.connect(new InetSocketAddress(host, port));
      ByteBuffer refused = ask(socket, message(ALLOCATE, attribute(TRANSPORT, UDP), null));
      Map<Integer, byte[]> said = attributes(refused);
      byte[] realm = said.get(REALM);
      byte[] nonce = said.get(NONCE);
      if (realm == null || nonce == null) {
        return false;
      }
      ByteArrayOutputStream who = new ByteArrayOutputStream();
      who.write(attribute(USERNAME, username.getBytes(UTF_8)));
      who.write(attribute(REALM, realm));
      who.write(attribute(NONCE, nonce));
      String secret = username + ":" + new String(realm, UTF_8) + ":" + password;
      byte[] key = MessageDigest.getInstance("MD5").digest(secret.getBytes(UTF_8));
      byte[] wanted = joined(attribute(TRANSPORT, UDP), who.toByteArray());
      boolean granted = ask(socket, message(ALLOCATE, wanted, key)).getShort(0) == ALLOCATED;
      if (granted) {
        // Else its port is taken for ten minutes, and a long chaos has none left.
        byte[] over = joined(attribute(LIFETIME, OVER), who.toByteArray());
        send(socket, message(REFRESH, over, key));
      }
      return granted;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return false; // nobody listens there
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] joined(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  private static void send(DatagramSocket socket, byte[] message) throws IOException {
    socket.send(new DatagramPacket(message, message.length));
  }

  private static ByteBuffer ask(DatagramSocket socket, byte[] message) throws IOException {
    send(socket, message);
    DatagramPacket answer = new DatagramPacket(new byte[1_500], 1_500);
    socket.receive(answer);
    return ByteBuffer.wrap(answer.getData(), 0, answer.getLength()).slice();
  }

  private static byte[] message(int method, byte[] body, byte @Nullable [] key)
      throws GeneralSecurityException {
    byte[] transaction = new byte[12];
    ThreadLocalRandom.current().nextBytes(transaction);
    int signed = key == null ? 0 : 4 + 20;
    ByteBuffer message = ByteBuffer.allocate(HEADER_BYTES + body.length + signed);
    message.putShort((short) method).putShort((short) (body.length + signed)).putInt(COOKIE);
    message.put(transaction).put(body);
    if (key != null) {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(key, "HmacSHA1"));
      mac.update(message.array(), 0, message.position());
      message.put(attribute(INTEGRITY, mac.doFinal()));
    }
    return message.array();
  }

  private static byte[] attribute(int type, byte[] value) {
    ByteBuffer attribute = ByteBuffer.allocate(4 + padded(value.length));
    return attribute.putShort((short) type).putShort((short) value.length).put(value).array();
  }

  private static int padded(int length) {
    return (length + 3) / 4 * 4;
  }

  private static Map<Integer, byte[]> attributes(ByteBuffer message) {
    Map<Integer, byte[]> attributes = new HashMap<>();
    int at = HEADER_BYTES;
    while (at + 4 <= message.limit()) {
      int length = message.getShort(at + 2) & 0xFFFF;
      if (at + 4 + length > message.limit()) {
        break;
      }
      byte[] value = new byte[length];
      message.get(at + 4, value);
      attributes.put(message.getShort(at) & 0xFFFF, value);
      at += 4 + padded(length);
    }
    return attributes;
  }
}
