package dev.switchboard.signaling.edge;

import org.jspecify.annotations.Nullable;

/**
 * What one edge sends to an endpoint of another.
 *
 * @param endpoint its id
 * @param frame an encoded packet for the client; null for none
 * @param note what the feature there needs to know; null for nothing
 */
public record EdgeMessage(String endpoint, @Nullable String frame, @Nullable EdgeNote note) {}
