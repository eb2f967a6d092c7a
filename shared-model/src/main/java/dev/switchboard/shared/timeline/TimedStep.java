package dev.switchboard.shared.timeline;

/**
 * A step as it stands on a timeline.
 *
 * @param at by the clock of Redis, milliseconds since the epoch
 * @param node which node wrote it
 */
public record TimedStep(long at, String node, Step step) {}
