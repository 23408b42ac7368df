/** The selling side. */
@Export
@Version("0.1.0")
package org.zennet.provider;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
