package dev.switchboard.signaling.calls;

import dev.switchboard.shared.auth.TokenVerifier;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.EdgeSockets;
import dev.switchboard.signaling.sessions.SessionStore;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** What the sockets of one edge share. Belongs to its loop. */
record CallEdge(
    Vertx vertx,
    SignalingSettings settings,
    EdgeSockets sockets,
    EdgeRouter router,
    SessionStore sessions,
    CallService calls,
    Initiation initiation,
    IceClient ice,
    TokenVerifier tokens,
    TokenClock tokenClock,
    CallMetrics metrics,
    InstantSource clock) {}
