package dev.switchboard.push;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A push service, or what stands in for all of them, and the types of device that it reaches. */
public enum Provider {
  MOCK("fcm", "apns", "apns_voip", "webpush"),
  FCM("fcm"),
  APNS("apns", "apns_voip"),
  WEBPUSH("webpush");

  @SuppressWarnings("ImmutableEnumChecker") // List.of can not change
  private final List<String> types;

  Provider(String... types) {
    this.types = List.of(types);
  }

  /** The provider of that name in {@code PUSH_PROVIDERS}, in any case. */
  static Optional<Provider> of(String name) {
    return Arrays.stream(values()).filter(p -> p.wireName().equalsIgnoreCase(name)).findFirst();
  }

  /** The name in settings, answers and metrics. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The types of device that it reaches, as the reach index names them. */
  public List<String> types() {
    return types;
  }
}
