package dev.switchboard.shared.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JwtVerifierTest {
  private static final String SECRET = "the first secret - at least 32 bytes long";
  private static final String OLD = "the secret of last month - 32 bytes as well";
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private final Vertx vertx = Vertx.vertx();
  private final TestClock clock = new TestClock();

  @TempDir Path folder;

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  private JwtVerifier verifier(String... namesAndValues) {
    Map<String, String> values = new java.util.HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return JwtVerifier.create(vertx, JwtSettings.from(Settings.of(values)), clock);
  }

  private JsonObject claims() {
    return new JsonObject().put("userId", "ann").put("exp", clock.instant().getEpochSecond() + 60);
  }

  private static String part(JsonObject json) {
    return URL.encodeToString(json.encode().getBytes(StandardCharsets.UTF_8));
  }

  private static String hs256(JsonObject claims, byte[] key) throws GeneralSecurityException {
    String signed = part(new JsonObject().put("alg", "HS256")) + "." + part(claims);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return signed + "." + URL.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
  }

  private static String hs256(JsonObject claims, String key) throws GeneralSecurityException {
    return hs256(claims, key.getBytes(StandardCharsets.UTF_8));
  }

  private static String asymmetric(String alg, String kid, JsonObject claims, KeyPair keys)
      throws GeneralSecurityException {
    JsonObject header = new JsonObject().put("alg", alg).put("kid", kid);
    String signed = part(header) + "." + part(claims);
    Signature signature =
        Signature.getInstance(
            alg.equals("RS256") ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
    signature.initSign(keys.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.UTF_8));
    return signed + "." + URL.encodeToString(signature.sign());
  }

  private static KeyPair rsa() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private Path pem(KeyPair keys) throws java.io.IOException {
    String text = pemOf("PUBLIC KEY", keys.getPublic().getEncoded());
    return Files.writeString(folder.resolve("key.pem"), text);
  }

  private static void assertRejected(JwtVerifier verifier, String token) {
    Throwable failure = Await.failure(verifier.verify(token));
    assertThat(failure).isInstanceOf(TokenRejectedException.class).hasMessage("Invalid token");
  }

  @Test
  void anySecretOfTheListIsHonoured() throws Exception {
    JwtVerifier verifier = verifier("JWT_SECRET", SECRET + "x," + OLD);
    assertThat(Await.await(verifier.verify(hs256(claims(), OLD))).userId()).isEqualTo("ann");
    assertRejected(verifier, hs256(claims(), "some other secret, at least 32 bytes long"));
  }

  @Test
  void theUserIsTheClaimUserIdElseSub() throws Exception {
    JwtVerifier verifier = verifier("JWT_SECRET", OLD);
    JsonObject both = claims().put("sub", "other");
    assertThat(Await.await(verifier.verify(hs256(both, OLD))).userId()).isEqualTo("ann");
    JsonObject sub = new JsonObject().put("sub", "bob");
    Caller bob = Await.await(verifier.verify(hs256(sub, OLD)));
    assertThat(bob).isEqualTo(new Caller("bob", false, Long.MAX_VALUE));
    assertRejected(verifier, hs256(new JsonObject().put("userId", ""), OLD));
    assertRejected(verifier, hs256(new JsonObject().put("userId", 7.5), OLD));
    assertRejected(verifier, hs256(new JsonObject().put("sub", "x".repeat(129)), OLD));
  }

  @Test
  void tokenThatIsOlderThanItsRevocationIsRejectedAndOneWithoutAgeToo() throws Exception {
    JwtVerifier verifier = verifier("JWT_SECRET", OLD);
    JsonObject ann = claims().put("iat", 1_000);
    Caller before = Await.await(verifier.verify(hs256(ann, OLD)));
    assertThat(before.issuedAtMillis()).isEqualTo(1_000_000);
    verifier.signOuts().add(new SignOut.Revoked("ann", 1_000_001), Long.MAX_VALUE);
    assertRejected(verifier, hs256(ann, OLD));
    assertRejected(verifier, hs256(claims(), OLD));
    assertThat(Await.await(verifier.verify(hs256(ann.put("iat", 1_001), OLD))).userId())
        .isEqualTo("ann");
  }

  @Test
  void nameAndPictureAreReadWhereTheyAreWanted() throws Exception {
    JsonObject named = claims().put("name", "Ann").put("picture", 7);
    JwtVerifier usual = verifier("JWT_SECRET", OLD);
    assertThat(Await.await(usual.verify(hs256(named, OLD))).profile()).isNull();
    JwtVerifier wanted = verifier("JWT_SECRET", OLD, "CALLER_NAME", "claims");
    assertThat(Await.await(wanted.verify(hs256(named, OLD))).profile())
        .isEqualTo(new Caller.Profile("Ann", null));
    JsonObject tooLong = named.put("name", "x".repeat(1_025));
    assertThat(Await.await(wanted.verify(hs256(tooLong, OLD))).profile())
        .isEqualTo(new Caller.Profile(null, null));
  }

  @Test
  void wholeNumberAsUserCountsAsItsText() throws Exception {
    JwtVerifier verifier = verifier("JWT_SECRET", OLD);
    JsonObject small = new JsonObject().put("userId", 42);
    assertThat(Await.await(verifier.verify(hs256(small, OLD))).userId()).isEqualTo("42");
    JsonObject decimal = new JsonObject().putNull("userId").put("sub", 42.0);
    assertThat(Await.await(verifier.verify(hs256(decimal, OLD))).userId()).isEqualTo("42");
    JsonObject large = new JsonObject().put("sub", new BigInteger("123456789012345678901"));
    assertThat(Await.await(verifier.verify(hs256(large, OLD))).userId())
        .isEqualTo("123456789012345678901");
  }

  @Test
  void clocksMayDifferALittle() throws Exception {
    JwtVerifier verifier = verifier("JWT_SECRET", OLD);
    long now = clock.instant().getEpochSecond();
    JsonObject early = claims().put("nbf", now + 5).put("iat", now + 60);
    assertThat(Await.await(verifier.verify(hs256(early, OLD))).userId()).isEqualTo("ann");
    assertRejected(verifier, hs256(claims().put("nbf", now + 7), OLD));
  }

  @Test
  void operatorsAreMarkedByAdminOrScope() throws Exception {
    JwtVerifier verifier = verifier("JWT_SECRET", OLD);
    for (JsonObject claims :
        Arrays.asList(
            claims().put("admin", true),
            claims().put("scope", "read admin"),
            claims().put("scope", new JsonArray().add("admin")))) {
      assertThat(Await.await(verifier.verify(hs256(claims, OLD))).operator()).isTrue();
    }
    JsonObject similar = claims().put("scope", "administrator").put("admin", "true");
    assertThat(Await.await(verifier.verify(hs256(similar, OLD))).operator()).isFalse();
  }

  @Test
  void expiredIsToldFromInvalidAndOnlyAfterTheSignature() throws Exception {
    JwtVerifier verifier = verifier("JWT_SECRET", OLD);
    String token = hs256(claims(), OLD);
    clock.advance(Duration.ofMinutes(2));
    assertThat(Await.failure(verifier.verify(token))).hasMessage("Token expired");
    assertRejected(verifier, token.substring(0, token.length() - 4) + "AAAA");
    assertRejected(verifier, hs256(claims().put("exp", "soon"), OLD));
  }

  @Test
  void notBeforeIssuerAndAudienceAreEnforced() throws Exception {
    JwtVerifier verifier = verifier("JWT_SECRET", OLD, "JWT_ISSUER", "us", "JWT_AUDIENCE", "calls");
    JsonObject good = claims().put("iss", "us").put("aud", new JsonArray().add("calls"));
    assertThat(Await.await(verifier.verify(hs256(good, OLD))).userId()).isEqualTo("ann");
    assertRejected(verifier, hs256(good.copy().put("iss", "them"), OLD));
    assertRejected(verifier, hs256(good.copy().put("aud", "chat"), OLD));
    long later = clock.instant().getEpochSecond() + 30;
    assertRejected(verifier, hs256(good.copy().put("nbf", later), OLD));
  }

  @Test
  void unsignedAndMalformedTokensAreRejected() {
    JwtVerifier verifier = verifier("JWT_SECRET", OLD);
    String none = part(new JsonObject().put("alg", "none")) + "." + part(claims());
    for (String token : new String[] {none + ".", none, "", "a.b.c", "..", "é.é.é"}) {
      assertRejected(verifier, token);
    }
  }

  @Test
  void aPublicKeyIsNeverTakenForASecret() throws Exception {
    KeyPair keys = rsa();
    Path file = pem(keys);
    JwtVerifier verifier = verifier("JWT_PUBLIC_KEY_PATH", file.toString());
    String good = asymmetric("RS256", "any", claims(), keys);
    assertThat(Await.await(verifier.verify(good)).userId()).isEqualTo("ann");
    assertRejected(verifier, hs256(claims(), Files.readAllBytes(file)));
    assertRejected(verifier, hs256(claims(), keys.getPublic().getEncoded()));
  }

  @Test
  void ellipticCurveKeysServeEs256() throws Exception {
    KeyPair keys = curve("secp256r1");
    JwtVerifier verifier = verifier("JWT_PUBLIC_KEY_PATH", pem(keys).toString());
    String token = asymmetric("ES256", "any", claims(), keys);
    assertThat(Await.await(verifier.verify(token)).userId()).isEqualTo("ann");
  }

  @Test
  void keyFileMayHoldCertificatesAndKeysOfOtherForms() throws Exception {
    KeyPair plain = rsa();
    KeyPair certified = certified();
    byte[] der = plain.getPublic().getEncoded();
    // what RFC 5280 puts before a key of 2048 bits is 24 bytes long
    byte[] pkcs1 = Arrays.copyOfRange(der, 24, der.length);
    Path file =
        Files.writeString(
            folder.resolve("keys.pem"),
            "subject=CN = test\n"
                + pemOf("RSA PUBLIC KEY", pkcs1)
                + Files.readString(folder.resolve("certificate.pem")));
    JwtVerifier verifier = verifier("JWT_PUBLIC_KEY_PATH", file.toString());
    for (KeyPair keys : Arrays.asList(plain, certified)) {
      String token = asymmetric("RS256", "any", claims(), keys);
      assertThat(Await.await(verifier.verify(token)).userId()).isEqualTo("ann");
    }
    assertRejected(verifier, asymmetric("RS256", "any", claims(), rsa()));
    assertRefused(pemOf("PRIVATE KEY", plain.getPrivate().getEncoded()));
    assertRefused(pemOf("PUBLIC KEY", new byte[40]));
    assertRefused(pemOf("PUBLIC KEY", curve("secp384r1").getPublic().getEncoded()));
    assertRefused("no key at all");
  }

  private void assertRefused(String pem) throws Exception {
    String file = Files.writeString(folder.resolve("refused.pem"), pem).toString();
    assertThatThrownBy(() -> verifier("JWT_PUBLIC_KEY_PATH", file))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("JWT_PUBLIC_KEY_PATH: '" + file + "'");
  }

  private static KeyPair curve(String name) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(name));
    return generator.generateKeyPair();
  }

  private static String pemOf(String label, byte[] der) {
    String body = Base64.getMimeEncoder().encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  /** A key with a certificate that has long expired, in {@code certificate.pem}. */
  private KeyPair certified() throws Exception {
    String store = folder.resolve("store.p12").toString();
    keytool(
        "-genkeypair",
        "-keystore",
        store,
        "-keyalg",
        "RSA",
        "-dname",
        "CN=test",
        "-startdate",
        "2020/01/01",
        "-validity",
        "1");
    keytool(
        "-exportcert",
        "-rfc",
        "-keystore",
        store,
        "-file",
        folder.resolve("certificate.pem").toString());
    KeyStore keys = KeyStore.getInstance(Path.of(store).toFile(), "password".toCharArray());
    return new KeyPair(
        keys.getCertificate("key").getPublicKey(),
        (PrivateKey) keys.getKey("key", "password".toCharArray()));
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", "key", "-storepass", "password"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  @Test
  void publishedKeyIsGoodWhateverItsCertificateAndTheOthersSay() throws Exception {
    KeyPair keys = certified();
    String certificate =
        Files.readString(folder.resolve("certificate.pem")).replaceAll("-----.*?-----|\\s", "");
    JsonObject document = new JsonObject(jwks("one", keys));
    document
        .getJsonArray("keys")
        .getJsonObject(0)
        .put("x5c", new JsonArray().add(certificate))
        .put("x5t", "c29tZSBkaWdlc3Q");
    JsonObject broken = new JsonObject().put("kty", "RSA").put("kid", "b").put("n", "?");
    document.getJsonArray("keys").add(0, broken);
    var server =
        Await.await(
            vertx
                .createHttpServer()
                .requestHandler(request -> request.response().end(document.encode()))
                .listen(0, "127.0.0.1"));
    JwtVerifier verifier = verifier("JWT_JWKS_URL", "http://127.0.0.1:" + server.actualPort());
    assertThat(Await.await(verifier.verify(asymmetric("RS256", "one", claims(), keys))).userId())
        .isEqualTo("ann");
  }

  @Test
  void keysFromAUrlRotateAndAreNotFetchedForEveryInventedId() throws Exception {
    KeyPair first = rsa();
    KeyPair second = rsa();
    AtomicReference<String> published = new AtomicReference<>(jwks("one", first));
    AtomicInteger fetches = new AtomicInteger();
    var server =
        Await.await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      fetches.incrementAndGet();
                      request.response().end(published.get());
                    })
                .listen(0, "127.0.0.1"));
    JwtVerifier verifier =
        verifier("JWT_JWKS_URL", "http://127.0.0.1:" + server.actualPort() + "/keys");
    assertThat(Await.await(verifier.verify(asymmetric("RS256", "one", claims(), first))).userId())
        .isEqualTo("ann");
    published.set(jwks("two", second));
    String fresh = asymmetric("RS256", "two", claims(), second);
    assertRejected(verifier, fresh);
    assertThat(fetches).hasValue(1);
    clock.advance(Duration.ofMillis(RemoteKeys.PAUSE_MILLIS));
    assertThat(Await.await(verifier.verify(fresh)).userId()).isEqualTo("ann");
    assertRejected(verifier, asymmetric("RS256", "invented", claims(), first));
    assertThat(fetches).hasValue(2);
  }

  @Test
  void tokenIsNotCalledBadWhileItsKeyCannotBeFetched() throws Exception {
    JwtVerifier verifier = verifier("JWT_JWKS_URL", "http://127.0.0.1:" + RealRedis.freePort());
    Future<Caller> checked = verifier.verify(asymmetric("RS256", "one", claims(), rsa()));
    assertThatThrownBy(() -> Await.await(checked)).isInstanceOf(StoreUnavailableException.class);
    assertRejected(verifier, "no.token.atall");
  }

  private static String jwks(String kid, KeyPair keys) {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    JsonObject jwk =
        new JsonObject()
            .put("kty", "RSA")
            .put("kid", kid)
            .put("n", URL.encodeToString(unsigned(key.getModulus())))
            .put("e", URL.encodeToString(unsigned(key.getPublicExponent())));
    JsonObject secret = new JsonObject().put("kty", "oct").put("kid", "s").put("k", "c2VjcmV0");
    return new JsonObject().put("keys", new JsonArray().add(jwk).add(secret)).encode();
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }
}
