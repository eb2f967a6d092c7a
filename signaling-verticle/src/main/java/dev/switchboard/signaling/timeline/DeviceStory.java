package dev.switchboard.signaling.timeline;

import dev.switchboard.shared.timeline.Step;
import dev.switchboard.shared.timeline.TimedStep;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one device of the callee went through while a call rang. Pure, but for what it is told. */
final class DeviceStory {
  /** A socket that ends later than that after the offer has answered its probe. */
  private static final long PROBED_MILLIS = 2_000;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);
  private static final Map<String, String> PROVIDERS =
      Map.of("apns", "APNs", "fcm", "FCM", "webpush", "the push service", "mock", "the mock");

  private final String deviceId;
  private @Nullable String platform;
  private @Nullable String provider;
  private long offeredAt;
  private boolean rang;
  private @Nullable TimedStep noAnswer;
  private @Nullable TimedStep push;
  private @Nullable TimedStep sent;
  private @Nullable TimedStep failed;
  private @Nullable String token;

  DeviceStory(String deviceId) {
    this.deviceId = deviceId;
  }

  void add(TimedStep timed) {
    Step step = timed.step();
    if (step.platform() != null) {
      platform = step.platform();
    }
    if (step.provider() != null && (provider == null || provider.equals("mock"))) {
      provider = step.provider();
    }
    switch (step.name()) {
      case OFFERED -> offeredAt = timed.at();
      case PROBE_UNANSWERED -> {
        boolean answered = offeredAt > 0 && timed.at() - offeredAt > PROBED_MILLIS;
        rang |= answered && "socket ended".equals(step.why());
        offeredAt = 0;
        noAnswer = timed;
      }
      case PUSH_RECEIVED, SHOWN, ACCEPTED, REJECTED -> rang = true;
      case PUSH_SENT -> {
        push = timed;
        sent = timed;
      }
      case PUSH_RETRIED, PUSH_FAILED -> {
        push = timed;
        failed = timed;
      }
      case PUSH_QUEUED -> push = timed;
      case PUSH_DROPPED -> {
        // another token was looked for in vain: what the first met with says more
        if (failed == null || !"no_device".equals(step.why())) {
          push = timed;
        }
      }
      case TOKEN -> token = step.why();
      default -> {}
    }
  }

  /** "iPhone of bob"; with its id where others of the user have the same name. */
  String name(String userId, Collection<DeviceStory> all) {
    String name = kind() + " of " + userId;
    long alike = all.stream().filter(other -> other.kind().equals(kind())).count();
    return alike > 1 ? name + " (" + deviceId + ")" : name;
  }

  private String kind() {
    return switch (platform == null ? String.valueOf(provider) : platform) {
      case "ios", "apns" -> "iPhone";
      case "android", "fcm" -> "Android device";
      case "web", "webpush" -> "Browser";
      default -> "Device";
    };
  }

  /**
   * Null if it rang, may ring yet, or nothing is known against it.
   *
   * @param over whether the ring is over without an answer of anybody
   */
  @Nullable String whySilent(boolean over) {
    if (rang || offeredAt > 0) {
      return null;
    }
    TimedStep last = sent == null ? push : sent;
    if (last == null) {
      return noAnswer == null ? null : unanswered(noAnswer) + ", and it has no push token";
    }
    String why = byPush(last, over);
    return why == null || noAnswer == null ? why : unanswered(noAnswer) + ", and " + why;
  }

  private static String unanswered(TimedStep step) {
    return "its socket gave no answer at " + time(step.at());
  }

  private @Nullable String byPush(TimedStep last, boolean over) {
    String at = time(last.at());
    String who = PROVIDERS.getOrDefault(String.valueOf(last.step().provider()), "its provider");
    String said = last.step().why();
    return switch (last.step().name()) {
      case PUSH_SENT ->
          over ? who + " took the push at " + at + ", but the device has not confirmed it" : null;
      case PUSH_QUEUED -> "its push was queued at " + at + " and has not been sent";
      case PUSH_RETRIED -> answer(who, said, at) + ", and it is to be tried again";
      case PUSH_FAILED -> answer(who, said, at) + (token == null ? "" : ", token " + token);
      case PUSH_DROPPED -> dropped(String.valueOf(said), who, at, failed);
      default -> null;
    };
  }

  private static String answer(String who, @Nullable String said, String at) {
    if (said == null || said.endsWith("TimeoutException")) {
      return who + " gave no answer until " + at;
    }
    if (said.startsWith("an answer")) {
      return who + " gave " + said + " at " + at;
    }
    // kinds of failures of ours, and of the network
    return said.endsWith("Exception")
        ? who + " could not be reached (" + said + ") at " + at
        : who + " said " + said + " at " + at;
  }

  private static String dropped(String why, String who, String at, @Nullable TimedStep failed) {
    return switch (why) {
      case "no_provider" -> "no push node that runs delivers by " + who + " (" + at + ")";
      case "over" -> "it no longer rang when its push was due at " + at;
      case "expired" ->
          failed == null
              ? "its push was not sent before the ring was over at " + at
              : answer(who, failed.step().why(), time(failed.at()))
                  + ", and the ring was over before another try";
      case "quarantined" ->
          "its token is quarantined since " + who + " called it gone (not sent at " + at + ")";
      case "disabled" -> "push is switched off (" + at + ")";
      case "no_device" -> "its token was removed before the push was due at " + at;
      case "voip_only" -> "it has a VoIP token only, which no test may go to";
      default -> "its push was dropped at " + at + ": " + why;
    };
  }

  static String time(long atMillis) {
    return TIME.format(Instant.ofEpochMilli(atMillis));
  }
}
