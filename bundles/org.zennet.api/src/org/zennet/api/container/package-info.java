/** What a plug-in implements to run work in isolation. */
@Export
@Version("1.5.0")
package org.zennet.api.container;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
