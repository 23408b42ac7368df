/** What faces and bundles call: interfaces, immutable snapshots and event records. */
@Export
@Version("1.0.0")
package org.zennet.services;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
