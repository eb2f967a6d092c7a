/** What woken apps say of the pushes that they got. */
@NullMarked
package dev.switchboard.push.receipts;

import org.jspecify.annotations.NullMarked;
