package dev.switchboard.push.webpush;

import dev.switchboard.push.send.Reasons;
import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a push service refuses, which RFC 8030 leaves open: Apple sends {@code {"reason":…}}, Mozilla
 * {@code {"errno":…,"error":…,"message":…}}, Google text, a page or {@code
 * {"error":{"status":…,"message":…}}}, Microsoft headers. Pure.
 */
final class RefusalReason {
  private static final Pattern TITLE =
      Pattern.compile("<title[^>]*>(.*?)</title", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** Apple's VapidPkHashMismatch, Google's UnauthorizedRegistration and MismatchSenderId. */
  private static final Pattern OF_THE_KEY =
      Pattern.compile(
          "vapid|BadJwtToken|UnauthorizedRegistration|mismatch|sender.?id",
          Pattern.CASE_INSENSITIVE);

  private RefusalReason() {}

  /** True for a refusal that another key pair of ours may fare better with. */
  static boolean isOfTheKey(int status, String reason) {
    return status == 401 || status == 403 || (status == 400 && OF_THE_KEY.matcher(reason).find());
  }

  /** In one line of bounded length; empty if the service gives no reason. */
  static String of(MultiMap headers, String body) {
    String microsoft =
        joined(
            headers.get("X-WNS-Error-Description"),
            headers.get("X-WNS-NotificationStatus"),
            headers.get("X-WNS-Status"));
    if (!microsoft.isEmpty()) {
      return Reasons.clean(microsoft);
    }
    String text = body.strip();
    return Reasons.clean(text.startsWith("{") ? ofJson(text) : ofText(text));
  }

  private static String ofJson(String text) {
    try {
      JsonObject said = new JsonObject(text);
      if (said.getValue("error") instanceof JsonObject google) {
        return joined(google.getValue("status"), google.getValue("message"));
      }
      return said.containsKey("reason")
          ? joined(said.getValue("reason"))
          : joined(said.getValue("errno"), said.getValue("error"), said.getValue("message"));
    } catch (DecodeException e) {
      return text;
    }
  }

  private static String ofText(String text) {
    Matcher title = TITLE.matcher(text);
    return title.find() ? title.group(1) : text.replaceAll("<[^>]*>", " ");
  }

  private static String joined(@Nullable Object... parts) {
    return Stream.of(parts)
        .filter(Objects::nonNull)
        .filter(part -> part instanceof String || part instanceof Number)
        .map(String::valueOf)
        .distinct()
        .collect(Collectors.joining(" "));
  }
}
