/** What both sides of the market share and show. */
@Export
@Version("1.0.0")
package org.zennet.services.market;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
