/** The messages between provider and publisher. docs/market.md tells the flow. */
@Export
@Version("1.0.0")
package org.zennet.market.message;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
