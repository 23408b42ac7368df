/** XenCoin as the rest of Zennet sees it. */
@Export
@Version("1.0.0")
package org.zennet.services.chain;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
