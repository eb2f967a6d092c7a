package dev.switchboard.deploy.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchboard.deploy.chaos.Event.Kind;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/** How a push service takes what it is sent, and where it writes that down. */
final class Reception {
  private static final int TOPIC_BYTES = 24;

  /** How it is. */
  enum Mood {
    WELL,
    SLOW,
    REFUSING,
    /** It says of devices that are there that they are gone. */
    LYING
  }

  private volatile Mood mood = Mood.WELL;
  private volatile History history = new History();

  /** Writes down there what arrives from now on. */
  void writeTo(History history) {
    this.history = history;
  }

  void be(Mood mood) {
    this.mood = mood;
  }

  Mood mood() {
    return mood;
  }

  /** Writes down that a push has arrived, by its {@link #topic}. */
  void arrived(String user, String topic) {
    history.add(user, Kind.PUSH_ARRIVED, topic);
  }

  /** Writes down that a user's device was said to be gone. */
  void saidGone(String user) {
    history.add(user, Kind.SAID_GONE, "");
  }

  /**
   * By what a push is known: what browsers have as its {@code Topic} (RFC 8030 section 5.4), which
   * is made of its notification's id.
   */
  static String topic(String notification) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(notification.getBytes(UTF_8));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(digest, TOPIC_BYTES));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
