package dev.switchboard.shared.auth;

import dev.switchboard.shared.config.BadSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * A public key in PEM (RFC 7468).
 *
 * @param algorithm the JWS algorithm that its kind of key serves
 */
record PemKey(String algorithm, String text) {
  private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String END = "-----END PUBLIC KEY-----";

  static PemKey read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new BadSettingException(
          "JWT_PUBLIC_KEY_PATH", "'" + file + "' is not a readable PEM file with a public key");
    }
  }

  static PemKey parse(String text) throws GeneralSecurityException {
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("no " + BEGIN);
    }
    String body = text.substring(begin + BEGIN.length(), end);
    var spec = new X509EncodedKeySpec(Base64.getMimeDecoder().decode(body));
    String pem = text.substring(begin, end + END.length());
    try {
      KeyFactory.getInstance("RSA").generatePublic(spec);
      return new PemKey("RS256", pem);
    } catch (GeneralSecurityException e) {
      KeyFactory.getInstance("EC").generatePublic(spec);
      return new PemKey("ES256", pem);
    }
  }
}
