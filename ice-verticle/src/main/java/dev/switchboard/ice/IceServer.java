package dev.switchboard.ice;

import java.util.Optional;

/** One server of the list, as {@code RTCIceServer} has it. */
record IceServer(String url, Optional<Credential> credential) {}
