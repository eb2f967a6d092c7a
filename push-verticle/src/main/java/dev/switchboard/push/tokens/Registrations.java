package dev.switchboard.push.tokens;

import dev.switchboard.push.http.Fields;
import dev.switchboard.push.lease.Lease;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.redis.stream.StreamConsumer;
import dev.switchboard.shared.redis.stream.StreamEntry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the tokens that came with {@code register} and {@code unregister} from the stream into
 * Postgres. Their order matters (a log-out after a log-in), so one node at a time does it: who
 * holds the lease, which first finishes what its predecessor had in hand. While Postgres is away
 * everything waits in the stream.
 *
 * <p>Belongs to the event loop of its links.
 */
public final class Registrations {
  private static final int BATCH = 128;
  private static final int USER_ID_MAX = 1024;
  private static final Logger log = LoggerFactory.getLogger(Registrations.class);

  private final Vertx vertx;
  private final StreamConsumer stream;
  private final Lease lease;
  private final Pool postgres;
  private final ReachIndex reach;
  private final DeviceCap cap;
  private final long blockMillis;
  private boolean leftovers = true;

  public Registrations(
      Vertx vertx,
      StreamConsumer stream,
      Lease lease,
      Pool postgres,
      ReachIndex reach,
      DeviceCap cap,
      long blockMillis) {
    this.vertx = vertx;
    this.stream = stream;
    this.lease = lease;
    this.postgres = postgres;
    this.reach = reach;
    this.cap = cap;
    this.blockMillis = blockMillis;
  }

  /** Takes one batch, waiting for it a while. Fails if it must be tried again. */
  public Future<Void> step() {
    return lease
        .hold()
        .compose(
            hold ->
                switch (hold) {
                  case REFUSED -> somebodyElse();
                  case TAKEN -> {
                    leftovers = true;
                    yield batch();
                  }
                  case RENEWED -> batch();
                })
        .onFailure(failure -> leftovers = true);
  }

  private Future<Void> somebodyElse() {
    leftovers = true;
    return vertx.timer(blockMillis, TimeUnit.MILLISECONDS).mapEmpty();
  }

  private Future<Void> batch() {
    if (!leftovers) {
      return stream
          .read(BATCH, blockMillis)
          .compose(
              entries -> {
                // one that lost the lease while it was reading may have been handed something
                leftovers = entries.size() < BATCH;
                return take(entries);
              });
    }
    return stream
        .claimOldest(BATCH)
        .compose(
            entries -> {
              leftovers = !entries.isEmpty();
              return take(entries);
            });
  }

  private Future<Void> take(List<StreamEntry> entries) {
    if (entries.isEmpty()) {
      return Future.succeededFuture();
    }
    Set<ReachField> touched = new HashSet<>();
    return write(entries, touched)
        .compose(written -> reach.reconcile(touched))
        .compose(settled -> cap.trim(touched))
        .compose(settled -> stream.done(entries.stream().map(StreamEntry::id).toList()));
  }

  /** All on one connection, which keeps their order though none waits for the one before. */
  private Future<Void> write(List<StreamEntry> entries, Set<ReachField> touched) {
    return Postgres.guard(
            postgres.withConnection(
                connection -> {
                  TokenStore store = new TokenStore(connection);
                  return Future.join(
                      entries.stream().map(entry -> write(store, entry, touched)).toList());
                }))
        .mapEmpty();
  }

  private Future<Void> write(TokenStore store, StreamEntry entry, Set<ReachField> touched) {
    return change(store, entry, touched)
        .recover(
            failure ->
                Postgres.isBadValue(failure)
                    ? ignore(entry, "Postgres refuses a value")
                    : Future.failedFuture(failure))
        .map(
            fields -> {
              touched.addAll(fields);
              return null;
            });
  }

  private static Future<Set<ReachField>> change(
      TokenStore store, StreamEntry entry, Set<ReachField> touched) {
    try {
      String userId = Fields.required(name -> value(entry, name), "userId", USER_ID_MAX);
      TokenStore.Filter filter = TokenRequest.toRemove(name -> value(entry, name));
      if (filter.type() != null && filter.deviceId() != null) {
        // whoever wrote the entry has set this field already, rightly or not
        touched.add(new ReachField(userId, filter.type(), app(entry), filter.deviceId()));
      }
      return switch (entry.field("op").orElse("")) {
        case "store" -> store(store, userId, entry);
        case "remove" -> store.logOut(userId, filter, at(entry));
        default -> ignore(entry, "op must be store or remove");
      };
    } catch (BadFieldException e) {
      return ignore(entry, e.getMessage());
    }
  }

  private static Future<Set<ReachField>> store(TokenStore store, String userId, StreamEntry entry) {
    TokenRequest token = TokenRequest.of(name -> value(entry, name));
    return store.store(userId, token, at(entry), false).map(TokenStore.Stored::touched);
  }

  /** As whoever wrote the entry has named it in the reach hash. */
  private static String app(StreamEntry entry) {
    return entry.field("app").filter(PushApps::isName).orElse(PushApps.DEFAULT);
  }

  private static @Nullable Object value(StreamEntry entry, String name) {
    return entry.fields().get(name.equals("device_id") ? "deviceId" : name);
  }

  private static Instant at(StreamEntry entry) {
    return Instant.ofEpochMilli(entry.number("at").orElseGet(entry::addedAt));
  }

  private static Future<Set<ReachField>> ignore(StreamEntry entry, @Nullable String problem) {
    log.warn("Registration {} is not usable: {}", entry.id(), problem);
    return Future.succeededFuture(Set.of());
  }
}
