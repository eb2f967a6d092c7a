package dev.switchboard.shared.timeline;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a call. In Redis it is a part of an entry: {@code s <name>}, and a letter before each
 * of the rest that is there; the prelude {@code timeline_prelude.lua} writes the same.
 *
 * @param userId whose step it is ({@code u})
 * @param deviceId the device's id, or {@code #<token id>} of a token without a device ({@code d})
 * @param provider of a push ({@code p})
 * @param providerId the provider's name for it ({@code i})
 * @param why a reason, in few words ({@code w})
 * @param token names the token pushed to, {@code <type>:<id>} ({@code k})
 * @param platform of the device, if it said so ({@code f})
 * @param peer who is called, in the first step ({@code c})
 * @param ageMillis how long ago it was when it was written ({@code a})
 */
public record Step(
    StepName name,
    @Nullable String userId,
    @Nullable String deviceId,
    @Nullable String provider,
    @Nullable String providerId,
    @Nullable String why,
    @Nullable String token,
    @Nullable String platform,
    @Nullable String peer,
    long ageMillis) {
  private static final int MOST_WORDS = 256;

  /** A step of a device, or of a user where the device is null. */
  public static Step of(StepName name, @Nullable String userId, @Nullable String deviceId) {
    return new Step(name, userId, deviceId, null, null, null, null, null, null, 0);
  }

  /** The same with a reason. */
  public Step because(@Nullable String reason) {
    String cut =
        reason == null || reason.length() <= MOST_WORDS ? reason : reason.substring(0, MOST_WORDS);
    return new Step(
        name, userId, deviceId, provider, providerId, cut, token, platform, peer, ageMillis);
  }

  /** The same of a push. */
  public Step by(@Nullable String itsProvider, @Nullable String itsId, @Nullable String itsToken) {
    return new Step(
        name, userId, deviceId, itsProvider, itsId, why, itsToken, platform, peer, ageMillis);
  }

  /** The same so many milliseconds ago. */
  public Step ago(long millis) {
    return new Step(
        name, userId, deviceId, provider, providerId, why, token, platform, peer, millis);
  }

  /** The same as a step of the device of another. */
  Step ofDeviceOf(Step other) {
    return new Step(
        name,
        other.userId,
        other.deviceId,
        provider,
        providerId,
        why,
        token,
        platform,
        peer,
        ageMillis);
  }

  /** Letters and texts as they stand in an entry. */
  public List<String> fields() {
    List<String> fields = new ArrayList<>(12);
    put(fields, "s", name.wireName());
    put(fields, "u", userId);
    put(fields, "d", deviceId);
    put(fields, "p", provider);
    put(fields, "i", providerId);
    put(fields, "w", why);
    put(fields, "k", token);
    put(fields, "f", platform);
    put(fields, "c", peer);
    put(fields, "a", ageMillis == 0 ? null : Long.toString(ageMillis));
    return fields;
  }

  private static void put(List<String> fields, String letter, @Nullable String text) {
    if (text != null && !text.isEmpty()) {
      fields.add(letter);
      fields.add(text);
    }
  }
}
