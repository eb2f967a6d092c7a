package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import dev.switchboard.push.config.KeyFiles;
import dev.switchboard.push.config.ServiceAddress;
import dev.switchboard.shared.config.BadSettingException;
import io.netty.channel.EventLoopGroup;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Makes pushy's clients: whom we show ourselves as, and how they connect. */
final class ApnsClients {
  static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration PING = Duration.ofSeconds(30);

  private final ApnsSettings settings;
  private final Supplier<ApnsClientBuilder> credentials;
  private final EventLoopGroup loops;

  /**
   * Reads files.
   *
   * @param strict refuses a key file that others may read
   * @throws BadSettingException if a setting is missing or can't be used
   */
  ApnsClients(ApnsSettings settings, boolean strict, EventLoopGroup loops) {
    requireAll(settings);
    this.settings = settings;
    this.credentials = credentials(settings, strict);
    this.loops = loops;
  }

  private static void requireAll(ApnsSettings settings) {
    List<String> missing = settings.missing();
    if (!missing.isEmpty()) {
      String others =
          missing.size() == 1
              ? ""
              : ", and so is " + String.join(", ", missing.subList(1, missing.size()));
      throw new BadSettingException(missing.getFirst(), "is missing" + others);
    }
  }

  private static Supplier<ApnsClientBuilder> credentials(ApnsSettings settings, boolean strict) {
    if (settings.keyPath().isPresent() || settings.keyText().isPresent()) {
      ApnsSigningKey key = key(settings, strict);
      return () -> new ApnsClientBuilder().setSigningKey(key);
    }
    String path = settings.certPath().orElseThrow();
    File file = KeyFiles.check("APNS_CERT_PATH", path, strict).toFile();
    return () -> {
      try {
        return new ApnsClientBuilder().setClientCredentials(file, settings.certPassword());
      } catch (IOException e) {
        throw new BadSettingException(
            "APNS_CERT_PATH", "'" + path + "' is not a .p12 file that APNS_CERT_PASSWORD opens");
      }
    };
  }

  private static ApnsSigningKey key(ApnsSettings settings, boolean strict) {
    String setting = settings.keySetting();
    String keyId = settings.keyId().orElseThrow();
    String teamId = settings.teamId().orElseThrow();
    if (settings.keyText().isPresent()) {
      byte[] text = settings.keyText().get().getBytes(StandardCharsets.US_ASCII);
      try {
        return ApnsSigningKey.loadFromInputStream(new ByteArrayInputStream(text), teamId, keyId);
      } catch (IOException | GeneralSecurityException | RuntimeException e) {
        throw new BadSettingException(setting, "is not the text of a .p8 file with a P-256 key");
      }
    }
    String path = settings.keyPath().orElseThrow();
    File file = KeyFiles.check(setting, path, strict).toFile();
    try {
      return ApnsSigningKey.loadFromPkcs8File(file, teamId, keyId);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new BadSettingException(setting, "'" + path + "' is not a .p8 file with a P-256 key");
    }
  }

  /** Opens clients for a server. */
  ApnsConnection.Opener of(ServiceAddress address) {
    return watch -> client(address, credentials.get().setFrameLogger(watch));
  }

  private ApnsClient client(ServiceAddress address, ApnsClientBuilder builder) {
    builder
        .setApnsServer(address.host(), address.port())
        .setEventLoopGroup(loops)
        .setConcurrentConnections(1)
        .setConnectionTimeout(CONNECT)
        // Apple decides without it, a relay may not
        .setUseAlpn(true)
        .setIdlePingInterval(PING)
        .setGracefulShutdownTimeout(CONNECT);
    settings
        .trusted()
        .all()
        .ifPresent(
            all -> builder.setTrustedServerCertificateChain(all.toArray(X509Certificate[]::new)));
    try {
      return builder.build();
    } catch (IOException e) {
      throw new BadSettingException(
          "APNS_CERT_PATH", "can't be used for TLS: " + e.getClass().getSimpleName());
    }
  }
}
