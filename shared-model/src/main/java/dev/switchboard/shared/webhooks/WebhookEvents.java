package dev.switchboard.shared.webhooks;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The events that are filed: those of {@code WEBHOOK_EVENTS}, and none without a {@code
 * WEBHOOK_URL}. All roles of an installation must have the same setting.
 */
public record WebhookEvents(Set<WebhookEvent> wanted) {
  /** What is filed where no webhook is configured. */
  public static final WebhookEvents NONE = new WebhookEvents(Set.of());

  public WebhookEvents {
    wanted = Set.copyOf(wanted);
  }

  /** Reads the settings; throws {@link BadSettingException}. */
  public static WebhookEvents from(Settings settings) {
    boolean configured = settings.text("WEBHOOK_URL").isPresent();
    List<String> names = settings.list("WEBHOOK_EVENTS", List.of());
    Set<WebhookEvent> wanted =
        names.isEmpty() || names.equals(List.of("all"))
            ? EnumSet.allOf(WebhookEvent.class)
            : names.stream().map(WebhookEvents::event).collect(Collectors.toSet());
    return configured ? new WebhookEvents(wanted) : NONE;
  }

  private static WebhookEvent event(String name) {
    return WebhookEvent.of(name)
        .orElseThrow(
            () ->
                new BadSettingException(
                    "WEBHOOK_EVENTS",
                    "'"
                        + name
                        + "' is not one of "
                        + Arrays.stream(WebhookEvent.values())
                            .map(WebhookEvent::wireName)
                            .collect(Collectors.joining(", "))));
  }

  /** True for an event that is filed. */
  public boolean wants(WebhookEvent event) {
    return wanted.contains(event);
  }

  /** True if any event is. */
  public boolean any() {
    return !wanted.isEmpty();
  }
}
