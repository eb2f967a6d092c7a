package dev.switchboard.shared.role;

import dev.switchboard.shared.auth.TokenVerifier;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.trace.CallTraces;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.InstantSource;

/**
 * What a process lends to the roles it runs. All of it may be used from any thread.
 *
 * @param id letters and digits, new at every start
 * @param redis opens a connection for the calling event loop
 * @param postgres one pipelining pool for the process; a query fails at once while Postgres is away
 * @param clock the only source of time for decisions, so that tests can move it
 */
public record Node(
    String id,
    Vertx vertx,
    Settings settings,
    RedisLinks redis,
    Pool postgres,
    TokenVerifier tokens,
    HttpAccess access,
    MeterRegistry meters,
    CallTraces traces,
    InstantSource clock) {}
