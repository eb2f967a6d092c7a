package dev.switchboard.push.webpush;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who does the arithmetic. The JDK's own P-256 costs some 0.5 ms of processor time a message,
 * Corretto's 0.05 ms, but that takes a fifth of a process's start to load: its jar is signed, so
 * that no AOT cache holds its classes, and it tests itself. Nobody waits for it: until it is there,
 * or where its native library can't be loaded, the JDK's does. Safe for any thread.
 */
final class Crypto {
  private static final Logger log = LoggerFactory.getLogger(Crypto.class);
  private static final Crypto FASTEST = ofJdk();

  private volatile Providers providers;

  private record Providers(Provider curve, Provider cipher) {}

  private Crypto(Provider curve, Provider cipher) {
    this.providers = new Providers(curve, cipher);
  }

  /** The fastest that has been loaded so far, each time that it is used. */
  static Crypto fastest() {
    return FASTEST;
  }

  /** Loads the fastest that works on this machine, which blocks the caller. */
  static void loadFastest() {
    try {
      AmazonCorrettoCryptoProvider corretto = AmazonCorrettoCryptoProvider.INSTANCE;
      corretto.assertHealthy();
      FASTEST.providers = new Providers(corretto, corretto);
    } catch (RuntimeException | LinkageError e) {
      log.info("Web Push encrypts with the JDK's own cryptography: {}", e.toString());
    }
  }

  /** The JDK's own. */
  static Crypto ofJdk() {
    return new Crypto(named("SunEC"), named("SunJCE"));
  }

  private static Provider named(String name) {
    Provider provider = Security.getProvider(name);
    if (provider == null) {
      throw new IllegalStateException("this JDK has no provider " + name);
    }
    return provider;
  }

  KeyPairGenerator keyPairGenerator() throws GeneralSecurityException {
    return KeyPairGenerator.getInstance("EC", providers.curve);
  }

  KeyFactory keyFactory() throws GeneralSecurityException {
    return KeyFactory.getInstance("EC", providers.curve);
  }

  KeyAgreement keyAgreement() throws GeneralSecurityException {
    return KeyAgreement.getInstance("ECDH", providers.curve);
  }

  /** ES256 as JWS requires it: r and s side by side (RFC 7518 section 3.4). */
  Signature signature() throws GeneralSecurityException {
    return Signature.getInstance("SHA256withECDSAinP1363Format", providers.curve);
  }

  Cipher cipher() throws GeneralSecurityException {
    return Cipher.getInstance("AES/GCM/NoPadding", providers.cipher);
  }
}
