package dev.switchboard.push.webpush;

import dev.switchboard.push.config.AppSection;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.SecretsKey;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.outbound.EndpointRules;
import dev.switchboard.shared.push.PushApps;
import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of Web Push.
 *
 * @param configured {@code VAPID_PUBLIC_KEY} and {@code VAPID_PRIVATE_KEY}; null makes a pair once
 * @param subject {@code VAPID_SUBJECT}: how push services reach the operator
 * @param secrets {@code SECRETS_KEY}; null can't keep a key pair
 * @param allowHttp {@code WEBPUSH_ALLOW_HTTP}, tests only
 * @param allowPrivate {@code WEBPUSH_ALLOW_PRIVATE}, tests only
 * @param allowedHosts {@code WEBPUSH_ALLOWED_HOSTS}; empty is any
 * @param subscribesPerMinute {@code RATE_SUBSCRIBE_PER_MINUTE}, for each client address
 */
public record WebPushSettings(
    @Nullable VapidKey configured,
    String subject,
    @Nullable SecretBox secrets,
    boolean allowHttp,
    boolean allowPrivate,
    List<String> allowedHosts,
    int subscribesPerMinute) {
  /** A mailbox or a page at a host with a dot: Apple's service answers any other with 403. */
  private static final Pattern SUBJECT =
      Pattern.compile(
          "(?i)(?:mailto:[^\\s@<>,;:]+@|https://)(?!\\d+(?:\\.\\d+){3}(?:[:/]|$))"
              + "(?:[a-z0-9_-]+\\.)+[a-z0-9-]*[a-z][a-z0-9-]*(?:[:/?#]\\S*)?");

  /** A host, as an entry of a list or as part of a URL. */
  private static final Pattern HOST =
      Pattern.compile("(?:[A-Za-z][A-Za-z0-9+.-]*://)?([^/?#]*?)(?::\\d{0,5})?(?:[/?#].*)?");

  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*");

  private static final String PUBLIC = "public_key";
  private static final String PRIVATE = "private_key";
  private static final String SUBJECT_FIELD = "subject";
  private static final List<String> FIELDS = List.of(PUBLIC, PRIVATE, SUBJECT_FIELD);
  private static final String DEFAULT_SUBJECT = "mailto:webpush@example.com";

  public WebPushSettings {
    allowedHosts = List.copyOf(allowedHosts);
  }

  /** Reads them; throws {@link BadSettingException}, which shows no key. */
  public static WebPushSettings from(Settings settings) {
    return new WebPushSettings(
        configured(settings),
        subject(settings),
        SecretsKey.from(settings).map(key -> new SecretBox(key, "vapid")).orElse(null),
        forTests(settings, "WEBPUSH_ALLOW_HTTP"),
        forTests(settings, "WEBPUSH_ALLOW_PRIVATE"),
        settings.list("WEBPUSH_ALLOWED_HOSTS", List.of()).stream()
            .map(WebPushSettings::hostName)
            .toList(),
        settings.integer("RATE_SUBSCRIBE_PER_MINUTE", 30, 0, 1_000_000));
  }

  /**
   * The same for an app with keys and perhaps a subject of its own; empty if it has none. Throws
   * {@link BadSettingException}, which shows no key.
   */
  Optional<WebPushSettings> of(PushApps apps, String app) {
    return AppSection.of(apps, app, "vapid", FIELDS)
        .map(
            section ->
                new WebPushSettings(
                    pair(
                        section.name(PUBLIC),
                        section.text(PUBLIC),
                        section.name(PRIVATE),
                        section.text(PRIVATE)),
                    section
                        .text(SUBJECT_FIELD)
                        .map(given -> subject(section.name(SUBJECT_FIELD), given))
                        .orElse(subject),
                    secrets,
                    allowHttp,
                    allowPrivate,
                    allowedHosts,
                    subscribesPerMinute));
  }

  private static @Nullable VapidKey configured(Settings settings) {
    return pair(
        "VAPID_PUBLIC_KEY",
        settings.text("VAPID_PUBLIC_KEY"),
        "VAPID_PRIVATE_KEY",
        settings.text("VAPID_PRIVATE_KEY"));
  }

  private static @Nullable VapidKey pair(
      String publicName,
      Optional<String> publicKey,
      String privateName,
      Optional<String> privateKey) {
    if (publicKey.isPresent() != privateKey.isPresent()) {
      throw new BadSettingException(
          publicKey.isPresent() ? privateName : publicName,
          "is missing: the two halves of the key pair go together");
    }
    if (publicKey.isEmpty()) {
      return null;
    }
    return VapidKey.of(publicKey.get(), privateKey.orElseThrow())
        .orElseThrow(
            () ->
                new BadSettingException(
                    privateName,
                    "and "
                        + publicName
                        + " are not a P-256 key pair: base64url of 32 and of 65"
                        + " bytes, as `npx web-push generate-vapid-keys` prints them"));
  }

  private static String subject(Settings settings) {
    return subject("VAPID_SUBJECT", settings.text("VAPID_SUBJECT", DEFAULT_SUBJECT));
  }

  private static String subject(String setting, String given) {
    String subject = given.strip().replaceAll("^<(.*)>$", "$1").strip();
    if (subject.matches("[^:/]+@[^:/]+")) {
      subject = "mailto:" + subject;
    }
    subject = subject.replaceFirst("(?i)^(mailto|https):\\s*<?([^<>]*?)>?$", "$1:$2");
    if (!SUBJECT.matcher(subject).matches()) {
      throw new BadSettingException(
          setting,
          "'"
              + given
              + "' is no address that push services take: write mailto:you@your.domain or"
              + " https://your.domain");
    }
    return subject;
  }

  private static boolean forTests(Settings settings, String name) {
    boolean on = settings.flag(name, false);
    if (on && settings.environment().isProduction()) {
      throw new BadSettingException(name, "is for tests only and refused in production");
    }
    return on;
  }

  /** The name in one of its spellings: alone or in a URL, with or without a port or a star. */
  private static String hostName(String entry) {
    if (isAddress(entry)) {
      return entry.toLowerCase(Locale.ROOT);
    }
    Matcher url = HOST.matcher(entry);
    String host = url.matches() ? url.group(1).replaceFirst("^\\*?\\.", "") : "";
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      if (isAddress(host)) {
        return host.toLowerCase(Locale.ROOT);
      }
    }
    String name = ascii(host).replaceFirst("\\.$", "");
    if (!NAME.matcher(name).matches()) {
      throw new BadSettingException(
          "WEBPUSH_ALLOWED_HOSTS",
          "'"
              + entry.replaceAll("//[^/]*@", "//…@")
              + "' is no name of a host such as fcm.googleapis.com; empty allows any");
    }
    return name;
  }

  /** An IPv6 address, which colons tell from a name. */
  private static boolean isAddress(String text) {
    try {
      return text.matches("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
          && InetAddress.ofLiteral(text) instanceof Inet6Address;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** As browsers write it; empty if they can't. */
  private static String ascii(String name) {
    try {
      return IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** True for a host that is named, or is under one that is. */
  boolean allowsHost(String host) {
    return allowedHosts.isEmpty()
        || allowedHosts.stream().anyMatch(name -> host.equals(name) || host.endsWith("." + name));
  }

  /** Which endpoints of subscriptions may be sent to. */
  EndpointRules endpoints() {
    return new EndpointRules(
        allowHttp,
        allowPrivate,
        this::allowsHost,
        "must be at a push service that WEBPUSH_ALLOWED_HOSTS names");
  }

  /** True while no contact for push services is set. */
  boolean hasDefaultSubject() {
    return subject.equals(DEFAULT_SUBJECT);
  }
}
