/** The running process: its network, data directory and state. */
@Export
@Version("1.0.0")
package org.zennet.services.node;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
