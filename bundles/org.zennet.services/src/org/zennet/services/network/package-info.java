/** Authenticated connections between nodes and the message streams over them. */
@Export
@Version("1.0.0")
package org.zennet.services.network;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
