package dev.switchboard.ice.server;

import java.util.Optional;

/** One server of the list, as {@code RTCIceServer} has it. */
public record IceServer(String url, Optional<Credential> credential) {}
