package dev.switchboard.push.webpush;

import dev.switchboard.shared.http.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Our live key pairs: the one that new subscriptions are made with, and those that older ones know.
 * Found in Postgres when first asked for, and made there by whoever is first. Used on any thread.
 */
final class VapidKeys {
  private static final String LABEL = "vapid ";
  private static final String OTHER_SECRET =
      "the VAPID key in the database was kept under another SECRETS_KEY";

  private final WebPushSettings settings;
  private final VapidKeyStore store;
  private volatile @Nullable Known known;
  private volatile boolean unreadable;

  /**
   * What was found.
   *
   * @param all by public key, the newest first
   */
  private record Known(VapidKey newest, Map<String, VapidKey> all) {}

  VapidKeys(WebPushSettings settings, VapidKeyStore store) {
    this.settings = settings;
    this.store = store;
  }

  /**
   * The pair for new subscriptions. Fails while Postgres is away, and with {@link RefusedException}
   * where no pair can be kept or read.
   */
  Future<VapidKey> newest() {
    return known().map(Known::newest);
  }

  /** The pair with this public key; empty if there is none (any more). */
  Future<Optional<VapidKey>> find(String publicKey) {
    return known()
        .compose(
            found ->
                found.all.containsKey(publicKey)
                    ? Future.succeededFuture(found)
                    // another node may have been given a new one since we looked
                    : load())
        .map(found -> Optional.ofNullable(found.all.get(publicKey)));
  }

  /** All pairs that are known but the one with this public key, the newest first. */
  Future<List<VapidKey>> others(String publicKey) {
    return known()
        .map(
            found ->
                found.all.values().stream().filter(key -> !key.id().equals(publicKey)).toList());
  }

  /** Makes a pair if there is none yet, and looks for what other nodes have been given. */
  Future<Void> refresh() {
    return load().mapEmpty();
  }

  /** Why nothing can be signed, as was found last; empty also while Postgres has not been asked. */
  Optional<String> trouble() {
    return unreadable ? Optional.of(OTHER_SECRET) : Optional.empty();
  }

  private Future<Known> known() {
    Known found = known;
    return found == null ? load() : Future.succeededFuture(found);
  }

  private Future<Known> load() {
    return keep().compose(kept -> store.list()).map(this::open).onSuccess(found -> known = found);
  }

  private Future<Void> keep() {
    VapidKey configured = settings.configured();
    SecretBox box = settings.secrets();
    if (box == null) {
      return Future.failedFuture(
          RefusedException.unavailable("SECRETS_KEY is missing: no VAPID key can be kept"));
    }
    if (configured != null) {
      // kept too: browsers that subscribed with it still know it after the settings have another
      return store.add(seal(box, configured));
    }
    return store
        .list()
        .compose(
            keys ->
                keys.isEmpty()
                    ? store.addFirst(seal(box, VapidKey.make()))
                    : Future.succeededFuture());
  }

  private static VapidKeyStore.Sealed seal(SecretBox box, VapidKey key) {
    return new VapidKeyStore.Sealed(
        key.id(), Buffer.buffer(box.seal(key.scalar(), LABEL + key.id())));
  }

  private Known open(List<VapidKeyStore.Sealed> kept) {
    Map<String, VapidKey> all = new LinkedHashMap<>();
    VapidKey newest = settings.configured();
    if (newest != null) {
      all.put(newest.id(), newest);
    }
    for (VapidKeyStore.Sealed sealed : kept) {
      Optional<VapidKey> key = open(sealed);
      key.ifPresent(opened -> all.put(opened.id(), opened));
      if (newest == null) {
        newest = key.orElse(null);
      }
    }
    unreadable = newest == null;
    if (newest == null) {
      throw RefusedException.unavailable(OTHER_SECRET);
    }
    return new Known(newest, all);
  }

  private Optional<VapidKey> open(VapidKeyStore.Sealed sealed) {
    SecretBox box = settings.secrets();
    return box == null
        ? Optional.empty()
        : box.open(sealed.privateKey().getBytes(), LABEL + sealed.publicKey())
            .flatMap(scalar -> VapidKey.kept(sealed.publicKey(), scalar));
  }
}
