/** What a plug-in implements to measure a machine. */
@Export
@Version("1.1.0")
package org.zennet.api.benchmark;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
