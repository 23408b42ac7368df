/** Selling machine time. */
@Export
@Version("1.0.0")
package org.zennet.services.provider;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
