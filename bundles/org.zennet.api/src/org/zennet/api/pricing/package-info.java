/** What a plug-in implements to sell or to buy machine time. */
@Export
@Version("1.1.0")
package org.zennet.api.pricing;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
