/**
 * Both ends of a payment channel as values: {@code (state, event) -> (state, effects)}. No clock, no I/O, no randomness;
 * signatures and secrets come through ports. Messages, states and exposure: docs/channels.md.
 */
@Export
@Version("1.0.0")
package org.zennet.wallet.machine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
