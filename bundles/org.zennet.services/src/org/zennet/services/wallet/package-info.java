/** Coins, addresses and payment channels. */
@Export
@Version("1.0.0")
package org.zennet.services.wallet;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
