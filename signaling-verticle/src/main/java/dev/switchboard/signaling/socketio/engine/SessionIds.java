package dev.switchboard.signaling.socketio.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Session ids {@code <node>-<index>-<random><tag>}: they name the owner, so that any edge can hand
 * a poll over, and carry a tag, so that no one can make one up and have us ask other nodes for it.
 *
 * <p>Belongs to one event loop: the {@code Mac} is reused.
 */
public final class SessionIds {
  private static final int RANDOM_LENGTH = 16;
  private static final int TAG_LENGTH = 16;
  private static final int TAG_BYTES = 12;
  private static final int MAX_LENGTH = 128;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Mac mac;

  SessionIds(SidKey key) {
    mac = key.newMac();
  }

  /** Random letters of the base64url alphabet, four for every three bytes. */
  public static String random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return BASE64.encodeToString(random);
  }

  String next(EdgeName owner) {
    String body = owner + "-" + random(RANDOM_LENGTH / 4 * 3);
    return body + tag(body);
  }

  /** The owner of a session id, or null where the id was not made with our key. */
  @Nullable EdgeName ownerOf(String sid) {
    int tagAt = sid.length() - TAG_LENGTH;
    int randomAt = tagAt - RANDOM_LENGTH;
    if (sid.length() > MAX_LENGTH || randomAt < 4) {
      return null;
    }
    String body = sid.substring(0, tagAt);
    if (!MessageDigest.isEqual(
        tag(body).getBytes(US_ASCII), sid.substring(tagAt).getBytes(US_ASCII))) {
      return null;
    }
    // The tag has proved that we wrote it, so the shape is right.
    int dash = sid.lastIndexOf('-', randomAt - 2);
    return new EdgeName(
        sid.substring(0, dash), Integer.parseInt(sid.substring(dash + 1, randomAt - 1)));
  }

  private String tag(String body) {
    byte[] hash = mac.doFinal(body.getBytes(US_ASCII));
    return BASE64.encodeToString(Arrays.copyOf(hash, TAG_BYTES));
  }
}
