package dev.switchboard.push.send;

import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;

/** By what connections to push services are encrypted. */
public final class ClientTls {
  private ClientTls() {}

  /** BoringSSL where its library is, as in the packaged server; else what the JDK has. */
  public static SSLEngineOptions engine() {
    return OpenSSLEngineOptions.isAvailable() && OpenSSLEngineOptions.isAlpnAvailable()
        ? new OpenSSLEngineOptions()
        : new JdkSSLEngineOptions();
  }
}
