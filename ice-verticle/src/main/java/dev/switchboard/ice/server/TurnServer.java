package dev.switchboard.ice.server;

import dev.switchboard.ice.relay.Relay;
import java.util.Optional;

/**
 * One entry of {@code TURN_SERVER_URL}.
 *
 * @param own the credential that stood in the entry; it wins over every other
 */
public record TurnServer(Relay relay, Optional<Credential> own) {}
