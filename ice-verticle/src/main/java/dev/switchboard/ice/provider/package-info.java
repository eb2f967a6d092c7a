/** Relays that a provider runs: its lists are minted ahead, kept, and renewed before they end. */
@NullMarked
package dev.switchboard.ice.provider;

import org.jspecify.annotations.NullMarked;
