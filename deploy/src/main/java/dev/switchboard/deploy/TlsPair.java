package dev.switchboard.deploy;

import dev.switchboard.shared.config.BadSettingException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.impl.KeyStoreHelper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import java.util.stream.Stream;

/**
 * A certificate chain and its key, as their PEM files had them in one moment.
 *
 * <p>BoringSSL takes any two, and then fails every handshake: they are held against each other
 * here.
 */
record TlsPair(Buffer certificate, Buffer key) {
  private static final String CERTIFICATE = "TLS_CERT_PATH";
  private static final String KEY = "TLS_KEY_PATH";
  private static final byte[] PROBE = "one pair".getBytes(StandardCharsets.US_ASCII);

  /**
   * Reads both files; blocks. Throws {@link BadSettingException} for files that are no certificate
   * or no key, or that do not belong together.
   */
  static TlsPair read(ProcessSettings.Tls tls) {
    TlsPair pair = new TlsPair(bytes(CERTIFICATE, tls.certificate()), bytes(KEY, tls.key()));
    if (!pair.belongsTogether(tls)) {
      throw strangers();
    }
    return pair;
  }

  /** These very bytes for a server, whatever has become of the files since. */
  PemKeyCertOptions options() {
    return new PemKeyCertOptions().setCertValue(certificate).setKeyValue(key);
  }

  private static Buffer bytes(String name, Path file) {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new BadSettingException(name, "'" + file + "' is not a file that can be read");
    }
  }

  private boolean belongsTogether(ProcessSettings.Tls tls) {
    KeyStore store = store(tls);
    try {
      String first = store.aliases().nextElement();
      char[] password = KeyStoreHelper.DUMMY_PASSWORD.toCharArray();
      return store.getKey(first, password) instanceof PrivateKey own
          && verifies(store.getCertificate(first).getPublicKey(), own);
    } catch (GeneralSecurityException e) {
      // A certificate of a kind that this key cannot even be tried on.
      return false;
    }
  }

  /** By the server's own reader, so that it accepts exactly what the server does. */
  private KeyStore store(ProcessSettings.Tls tls) {
    try {
      return KeyStoreHelper.loadKeyCert(List.of(key), List.of(certificate));
    } catch (Exception e) {
      // Declared that wide. Its message is left out: it may quote what it read.
      throw isCertificate() ? badKey(tls, e) : badCertificate(tls);
    }
  }

  private static BadSettingException badKey(ProcessSettings.Tls tls, Exception failure) {
    // What a key store throws of an RSA key beside an EC certificate; a damaged key is another.
    return failure instanceof IllegalArgumentException
        ? strangers()
        : new BadSettingException(
            KEY, "'" + tls.key() + "' holds no RSA or EC key that can be read without a password");
  }

  private static BadSettingException badCertificate(ProcessSettings.Tls tls) {
    return new BadSettingException(
        CERTIFICATE, "'" + tls.certificate() + "' holds no X.509 certificate");
  }

  private static BadSettingException strangers() {
    return new BadSettingException(KEY, "does not belong to the certificate in " + CERTIFICATE);
  }

  private boolean isCertificate() {
    try {
      return KeyStoreHelper.loadCA(Stream.of(certificate)).size() > 0;
    } catch (Exception e) {
      return false;
    }
  }

  private static boolean verifies(PublicKey theirs, PrivateKey own)
      throws GeneralSecurityException {
    Signature signature =
        Signature.getInstance(
            own.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
    signature.initSign(own);
    signature.update(PROBE);
    byte[] signed = signature.sign();
    signature.initVerify(theirs);
    signature.update(PROBE);
    return signature.verify(signed);
  }

  @Override
  public String toString() {
    return "TlsPair";
  }
}
