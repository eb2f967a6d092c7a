package dev.switchboard.shared.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.switchboard.shared.config.BadSettingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A public key in PEM (RFC 7468).
 *
 * @param algorithm the JWS algorithm that its kind of key serves
 * @param text the key as {@code PUBLIC KEY}, however it stood in the file
 */
record PemKey(String algorithm, String text) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final int P256_BITS = 256;

  /** The AlgorithmIdentifier of an RSA key (RFC 8017 appendix A.1), which PKCS#1 leaves out. */
  private static final byte[] RSA_ENCRYPTION =
      HexFormat.of().parseHex("300d06092a864886f70d0101010500");

  /** The keys of a file; throws {@link BadSettingException} if there is none. */
  static List<PemKey> read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new BadSettingException(
          "JWT_PUBLIC_KEY_PATH",
          "'"
              + file
              + "' is not a readable PEM file with a public key or certificate (RSA, or EC on"
              + " P-256)");
    }
  }

  static List<PemKey> parse(String text) throws GeneralSecurityException {
    List<PemKey> keys = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      byte[] der = Base64.getMimeDecoder().decode(block.group(2));
      switch (block.group(1)) {
        case "PUBLIC KEY" -> keys.add(of(publicKey(der)));
        case "RSA PUBLIC KEY" -> keys.add(of(publicKey(withAlgorithm(der))));
        case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE" ->
            keys.add(
                of(
                    CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der))
                        .getPublicKey()));
        default -> throw new IllegalArgumentException("not a public key: " + block.group(1));
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no PEM block");
    }
    return keys;
  }

  private static PemKey of(PublicKey key) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "RS256";
          case "EC" -> {
            int bits = ((ECPublicKey) key).getParams().getOrder().bitLength();
            if (bits != P256_BITS) {
              throw new IllegalArgumentException("an EC key of " + bits + " bits");
            }
            yield "ES256";
          }
          default -> throw new IllegalArgumentException("a key of " + key.getAlgorithm());
        };
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(key.getEncoded());
    return new PemKey(
        algorithm, "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n");
  }

  private static PublicKey publicKey(byte[] der) throws GeneralSecurityException {
    var spec = new X509EncodedKeySpec(der);
    try {
      return KeyFactory.getInstance("RSA").generatePublic(spec);
    } catch (GeneralSecurityException e) {
      return KeyFactory.getInstance("EC").generatePublic(spec);
    }
  }

  /** A PKCS#1 key as SubjectPublicKeyInfo (RFC 5280 section 4.1). */
  private static byte[] withAlgorithm(byte[] pkcs1) {
    byte[] bits = element(0x03, concat(new byte[1], pkcs1));
    return element(0x30, concat(RSA_ENCRYPTION, bits));
  }

  /** A DER element with its length. */
  private static byte[] element(int tag, byte[] content) {
    String length = Integer.toHexString(content.length);
    byte[] digits = HexFormat.of().parseHex(length.length() % 2 == 0 ? length : "0" + length);
    byte[] header =
        content.length < 0x80
            ? new byte[] {(byte) tag, (byte) content.length}
            : concat(new byte[] {(byte) tag, (byte) (0x80 | digits.length)}, digits);
    return concat(header, content);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
