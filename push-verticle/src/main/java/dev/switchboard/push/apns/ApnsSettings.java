package dev.switchboard.push.apns;

import static dev.switchboard.push.devices.ApnsEnvironment.SANDBOX;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import dev.switchboard.push.config.AppSection;
import dev.switchboard.push.config.ServiceAddress;
import dev.switchboard.push.config.TrustedCa;
import dev.switchboard.push.devices.ApnsEnvironment;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.push.PushApps;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The settings of APNs. What is missing or wrong in them shows when the sender is opened.
 *
 * @param keySetting the name of the setting that has the key, for complaints
 * @param keyPath {@code APNS_KEY_PATH}: a {@code .p8} file, with key and team id
 * @param keyText the text of such a file, where an app has it inline
 * @param certPath {@code APNS_CERT_PATH}: a {@code .p12} file, used where there is no key
 * @param certPassword {@code APNS_CERT_PASSWORD}
 * @param bundleId {@code APNS_BUNDLE_ID}: the topic; VoIP pushes go to {@code <bundle>.voip}
 * @param environment {@code APNS_ENVIRONMENT}, else {@code APNS_PRODUCTION}: where a token goes
 *     first whose environment is not known
 * @param server {@code APNS_SERVER} in place of Apple's, for that environment
 * @param servers {@code APNS_SERVER_SANDBOX} and {@code APNS_SERVER_PRODUCTION}, which win over it
 */
public record ApnsSettings(
    String keySetting,
    Optional<String> keyPath,
    Optional<String> keyText,
    Optional<String> keyId,
    Optional<String> teamId,
    Optional<String> certPath,
    String certPassword,
    Optional<String> bundleId,
    ApnsEnvironment environment,
    Optional<ServiceAddress> server,
    Map<ApnsEnvironment, ServiceAddress> servers,
    TrustedCa trusted) {
  private static final String KEY_PATH = "APNS_KEY_PATH";
  private static final String SERVER = "APNS_SERVER";
  private static final List<String> FIELDS =
      List.of(
          "bundle_id",
          "key",
          "key_id",
          "team_id",
          "environment",
          "server",
          "server_sandbox",
          "server_production");

  public ApnsSettings {
    servers = Map.copyOf(servers);
  }

  /** Reads them; throws {@link dev.switchboard.shared.config.BadSettingException}. */
  public static ApnsSettings from(Settings settings, TrustedCa trusted) {
    boolean flag = settings.flag("APNS_PRODUCTION", false);
    ApnsEnvironment named =
        settings.choice("APNS_ENVIRONMENT", ApnsEnvironment.class, ApnsEnvironment.SANDBOX);
    boolean isNamed = settings.text("APNS_ENVIRONMENT").isPresent();
    return new ApnsSettings(
        KEY_PATH,
        settings.text(KEY_PATH),
        Optional.empty(),
        settings.text("APNS_KEY_ID"),
        settings.text("APNS_TEAM_ID"),
        settings.text("APNS_CERT_PATH"),
        settings.text("APNS_CERT_PASSWORD").orElse(""),
        settings.text("APNS_BUNDLE_ID"),
        isNamed || !flag ? named : ApnsEnvironment.PRODUCTION,
        address(SERVER, settings.text(SERVER)),
        servers(
            environment -> SERVER + "_" + environment.name(),
            environment -> settings.text(SERVER + "_" + environment.name())),
        trusted);
  }

  /**
   * Those of an app; empty if it has none. Throws {@link BadSettingException} for what is missing
   * or wrong, but for the key itself.
   */
  public static Optional<ApnsSettings> of(PushApps apps, String app, ApnsSettings ofDefault) {
    return AppSection.of(apps, app, "apns", FIELDS).map(section -> of(section, ofDefault));
  }

  private static ApnsSettings of(AppSection section, ApnsSettings ofDefault) {
    String key = section.required("key");
    boolean inline = key.startsWith("-----BEGIN");
    Map<ApnsEnvironment, ServiceAddress> own =
        servers(
            environment -> section.name("server_" + environment.wireName()),
            environment -> section.text("server_" + environment.wireName()));
    Optional<ServiceAddress> server = address(section.name("server"), section.text("server"));
    boolean hasOwn = server.isPresent() || !own.isEmpty();
    return new ApnsSettings(
        section.name("key"),
        inline ? Optional.empty() : Optional.of(key),
        inline ? Optional.of(key) : Optional.empty(),
        Optional.of(section.required("key_id")),
        Optional.of(section.required("team_id")),
        Optional.empty(),
        "",
        Optional.of(section.required("bundle_id")),
        section.text("environment").map(name -> environment(section, name)).orElse(SANDBOX),
        hasOwn ? server : ofDefault.server,
        hasOwn ? own : ofDefault.servers,
        ofDefault.trusted);
  }

  private static ApnsEnvironment environment(AppSection section, String name) {
    return ApnsEnvironment.of(name.toLowerCase(Locale.ROOT))
        .orElseThrow(
            () ->
                new BadSettingException(
                    section.name("environment"), "is not one of sandbox, production"));
  }

  private static Optional<ServiceAddress> address(String setting, Optional<String> text) {
    return text.map(given -> ServiceAddress.parseTls(setting, given));
  }

  private static Map<ApnsEnvironment, ServiceAddress> servers(
      Function<ApnsEnvironment, String> names, Function<ApnsEnvironment, Optional<String>> texts) {
    Map<ApnsEnvironment, ServiceAddress> servers = new EnumMap<>(ApnsEnvironment.class);
    for (ApnsEnvironment environment : ApnsEnvironment.values()) {
      address(names.apply(environment), texts.apply(environment))
          .ifPresent(server -> servers.put(environment, server));
    }
    return servers;
  }

  /** True if something is set that only APNs needs. */
  public boolean isWanted() {
    return Stream.of(keyPath, keyId, teamId, certPath, bundleId).anyMatch(Optional::isPresent);
  }

  /** The names of what is missing for it to run; empty if nothing is. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    boolean noKey = keyPath.isEmpty() && keyText.isEmpty();
    if (noKey && certPath.isEmpty()) {
      missing.add("APNS_KEY_PATH (or APNS_CERT_PATH)");
    }
    boolean byKey = !noKey || certPath.isEmpty();
    if (byKey && keyId.isEmpty()) {
      missing.add("APNS_KEY_ID");
    }
    if (byKey && teamId.isEmpty()) {
      missing.add("APNS_TEAM_ID");
    }
    if (bundleId.isEmpty()) {
      missing.add("APNS_BUNDLE_ID");
    }
    return missing;
  }

  /**
   * Where an environment of APNs is spoken to; empty for one that nothing leads to, since the other
   * has another server than Apple's.
   */
  Optional<ServiceAddress> address(ApnsEnvironment of) {
    if (servers.containsKey(of)) {
      return Optional.ofNullable(servers.get(of));
    }
    if (server.isPresent()) {
      return of == environment ? server : Optional.empty();
    }
    String apple =
        of == ApnsEnvironment.PRODUCTION
            ? ApnsClientBuilder.PRODUCTION_APNS_HOST
            : ApnsClientBuilder.DEVELOPMENT_APNS_HOST;
    return of == environment || servers.isEmpty()
        ? Optional.of(new ServiceAddress(apple, ApnsClientBuilder.DEFAULT_APNS_PORT, true))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "APNs " + environment.wireName();
  }
}
