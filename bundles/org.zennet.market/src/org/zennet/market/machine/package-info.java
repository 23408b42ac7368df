/** Negotiation and billing as pure values: no clock, no I/O, no randomness. */
@Export
@Version("1.0.0")
package org.zennet.market.machine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
