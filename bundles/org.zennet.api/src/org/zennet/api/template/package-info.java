/** What a plug-in implements to offer job files that people fill in. */
@Export
@Version("1.0.0")
package org.zennet.api.template;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
