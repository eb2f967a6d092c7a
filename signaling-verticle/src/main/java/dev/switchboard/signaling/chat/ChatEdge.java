package dev.switchboard.signaling.chat;

import io.vertx.core.Vertx;
import java.time.InstantSource;

/** What the sockets of one edge share in the chat. Belongs to its loop. */
record ChatEdge(
    Vertx vertx,
    ChatSettings settings,
    EdgeChat.UsualLimits usual,
    ChatStore store,
    MessageStore messages,
    Bodies bodies,
    ChatMail mail,
    ChatService service,
    StoreWait storeWait,
    ChatMetrics metrics,
    InstantSource clock) {}
