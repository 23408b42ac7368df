/** The provider's decisions as values: no clock, no I/O, no randomness. docs/market.md tells the flow. */
@Export
@Version("0.1.0")
package org.zennet.provider.machine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
